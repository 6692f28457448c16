/* Replays the vectors that all faces share: each output equal byte for byte, each error by code and place. */
#include "base64.h"
#include "check.h"
#include "json_slice.h"

static char *read_file(const char *path, size_t *len) {
  FILE *file = fopen(path, "rb");
  if (!file) {
    perror(path);
    exit(EXIT_FAILURE);
  }
  size_t capacity = 1 << 16;
  char *text = malloc(capacity);
  *len = 0;
  for (;;) {
    if (!text) abort();
    size_t got = fread(text + *len, 1, capacity - *len, file);
    if (got == 0) break;
    *len += got;
    if (*len == capacity) text = realloc(text, capacity *= 2);
  }
  if (ferror(file)) abort();
  fclose(file);
  return text;
}

static void fail(const char *file, const char *name, const char *what, const char *got, const char *want) {
  checks_failed++;
  fprintf(stderr, "%s: %s: %s\n  got  %.2000s\n  want %.2000s\n", file, name, what, got, want);
}

/* Runs a vector's operation. `input` that is a string is the raw text of the call: malformed JSON can be a vector. */
static int32_t run(json_slice vector, upid_text **text) {
  json_slice input = json_get(vector, "input"), encoded = json_get(vector, "usage");
  upid_usage *usage = NULL;
  *text = NULL;
  int32_t status = UPID_OK;
  if (encoded.at && *encoded.at == '"') {
    char *bytes = json_text(encoded);
    status = upid_usage_from_bytes((uint8_t *)bytes, base64_decode(bytes), &usage);
    free(bytes);
  }
  if (status == UPID_OK) {
    char *operation = json_text(json_get(vector, "operation"));
    char *raw = json_text(input);
    if (input.at && *input.at == '"') input = (json_slice){raw, strlen(raw)};
    status = upid_call(operation, input.at, input.len, usage, text);
    free(raw);
    free(operation);
  }
  upid_usage_free(usage);
  return status;
}

/* Code and path of the last error. */
static void check_error(const char *file, const char *name, json_slice want) {
  char said[8192];
  if (upid_last_error_json(said, sizeof said, NULL)) fail(file, name, "a very long error", "", "");
  json_slice got = {said, strlen(said)};
  char *got_code = json_text(json_get(got, "code")), *want_code = json_text(json_get(want, "code"));
  char *got_path = json_text(json_get(json_get(got, "where"), "path")), *want_path = json_text(json_get(want, "path"));
  if (strcmp(got_code, want_code) != 0) fail(file, name, "wrong code", said, want_code);
  if (strcmp(got_path, want_path) != 0) fail(file, name, "wrong place", said, want_path);
  free(got_code);
  free(want_code);
  free(got_path);
  free(want_path);
}

static void replay(const char *file, json_slice vector) {
  char *name = json_text(json_get(vector, "name"));
  json_slice output = json_get(vector, "output"), error = json_get(vector, "error");
  upid_text *text;
  int32_t status = run(vector, &text);
  checks_done++;
  if (!output.at == !error.at) {
    fail(file, name, "a vector has either output or error", "", "");
  } else if (status != UPID_OK && output.at) {
    char message[2048];
    upid_last_error(message, sizeof message, NULL);
    fail(file, name, "failed", message, "an output");
  } else if (status != UPID_OK) {
    check_error(file, name, error);
  } else {
    const char *got = "";
    char *want = json_text(output);
    upid_text_data(text, &got, NULL);
    if (error.at) fail(file, name, "did not fail", got, "an error");
    if (output.at && strcmp(got, want) != 0) fail(file, name, "wrong output", got, want);
    free(want);
  }
  upid_text_free(text);
  free(name);
}

int main(int count, char **files) {
  for (int i = 1; i < count; i++) {
    json_slice list, key, vector;
    list.at = read_file(files[i], &list.len);
    char *whole = (char *)list.at;
    int before = checks_done;
    while (json_next(&list, &key, &vector)) replay(files[i], vector);
    if (checks_done == before) fail(files[i], "file", "no vector in it", "", "");
    free(whole);
  }
  return check_report("vectors");
}
