/* What every caller gets wrong once: each mistake is a status with a place and a hint, never undefined behaviour. */
#include <math.h>

#include "check.h"

static const char *const WEEK = "{\"text\":\"7d\",\"now\":\"2026-03-15T00:00:00Z\"}";
static const char *const WEEK_OUT =
    "{\"start\":\"2026-03-08T00:00:00Z\",\"end\":\"2026-03-15T00:00:00Z\",\"seconds\":604800}";

static void versions(void) {
  CHECK(upid_abi_version() == UPID_ABI_VERSION);
  CHECK(upid_version() && strchr(upid_version(), '.'));
  CHECK(strcmp(upid_status_name(UPID_OK), "UPID_OK") == 0);
  CHECK(strcmp(upid_status_name(UPID_EMPTY_SERIES), "UPID_EMPTY_SERIES") == 0);
  CHECK(!upid_status_name(-1) && !upid_status_name(99999));
}

static void last_error(void) {
  char text[512];
  size_t needed = 0;
  STATUS(upid_last_error(text, sizeof text, &needed), UPID_OK);
  CHECK(needed == 1 && text[0] == 0);
  STATUS(upid_last_error_json(text, sizeof text, &needed), UPID_OK);
  CHECK(needed == 5 && strcmp(text, "null") == 0);

  STATUS(upid_operations(NULL), UPID_NULL_POINTER);
  STATUS(upid_last_error(NULL, 0, &needed), UPID_OK);
  CHECK(needed > 20 && needed < sizeof text);
  memset(text, 'x', sizeof text);
  STATUS(upid_last_error(text, needed - 1, &needed), UPID_BUFFER_TOO_SMALL);
  CHECK(strlen(text) == needed - 2);
  STATUS(upid_last_error(text, needed, NULL), UPID_OK);
  CHECK(strlen(text) == needed - 1 && strncmp(text, "UPID_NULL_POINTER: ", 19) == 0);
  STATUS(upid_last_error(text, 0, NULL), UPID_BUFFER_TOO_SMALL);
  STATUS(upid_last_error(NULL, 8, NULL), UPID_NULL_POINTER);
  STATUS(upid_last_error(text, sizeof text, (size_t *)(text + 1)), UPID_MISALIGNED_POINTER);
  /* Neither success nor a failure of upid_last_error itself changes what is shown. */
  STATUS(upid_usage_free(NULL), UPID_OK);
  char again[512];
  STATUS(upid_last_error(again, sizeof again, NULL), UPID_OK);
  CHECK(strncmp(again, "UPID_NULL_POINTER: ", 19) == 0);
  STATUS(upid_last_error_json(NULL, 0, &needed), UPID_OK);
  STATUS(upid_last_error_json(text, needed, &needed), UPID_OK);
  CHECK(strstr(text, "\"code\":\"UPID_NULL_POINTER\"") && strstr(text, "\"path\":\"text\""));
}

static void calls(void) {
  upid_text *text = NULL;
  size_t len = strlen(WEEK);
  STATUS(upid_call("timerange.parse", WEEK, len, NULL, &text), UPID_OK);
  TEXT(text, WEEK_OUT);

  text = (upid_text *)16;
  REFUSED(upid_call(NULL, WEEK, len, NULL, &text), UPID_NULL_POINTER, "operation");
  CHECK(text == NULL);
  REFUSED(upid_call("timerange.parse", WEEK, len, NULL, NULL), UPID_NULL_POINTER, "text");
  char places[2 * sizeof text];
  REFUSED(upid_call("timerange.parse", WEEK, len, NULL, (upid_text **)(places + 1)), UPID_MISALIGNED_POINTER, "text");
  REFUSED(upid_call("timerange.parse", NULL, 1, NULL, &text), UPID_NULL_POINTER, "json");
  REFUSED(upid_call("timerange.parse", WEEK, SIZE_MAX, NULL, &text), UPID_INVALID_VALUE, "json");
  REFUSED(upid_call("timerange.parse", WEEK, (size_t)-len, NULL, &text), UPID_INVALID_VALUE, "json");
  REFUSED(upid_call("timerange.parse", NULL, 0, NULL, &text), UPID_EMPTY_INPUT, "input");
  REFUSED(upid_call("timerange.parse", WEEK, len - 1, NULL, &text), UPID_TRUNCATED, "");
  REFUSED(upid_call("timerange.parse", "{\"text\":\"\xff\"}", 12, NULL, &text), UPID_ENCODING, "json");
  REFUSED(upid_call("timerange.parse", "\xef\xbb\xbf{}", 5, NULL, &text), UPID_FORMAT, "");
  REFUSED(upid_call("timerange.prase", WEEK, len, NULL, &text), UPID_UNKNOWN_OPERATION, "operation");
  REFUSED(upid_call("", WEEK, len, NULL, &text), UPID_UNKNOWN_OPERATION, "operation");
  REFUSED(upid_call("\xc3", WEEK, len, NULL, &text), UPID_ENCODING, "operation");
  char endless[4096];
  memset(endless, 'a', sizeof endless);
  REFUSED(upid_call(endless, WEEK, len, NULL, &text), UPID_UNKNOWN_OPERATION, "operation");
  REFUSED(upid_call("timerange.parse", WEEK, len, (upid_usage *)endless, &text), UPID_INVALID_HANDLE, "usage");
  CHECK(text == NULL);

  STATUS(upid_operations(&text), UPID_OK);
  const char *list;
  STATUS(upid_text_data(text, &list, &len), UPID_OK);
  CHECK(list[0] == '[' && list[len] == 0 && strstr(list, "\"name\":\"timerange.parse\""));
  STATUS(upid_text_free(text), UPID_OK);
}

static void analyses(void) {
  const char *window = "{\"start\":\"2026-02-28T00:00:00Z\",\"end\":\"2026-03-01T00:00:00Z\"}";
  char good[256], smuggling[300];
  snprintf(good, sizeof good, "{\"cluster\":{\"name\":\"c\"},\"now\":\"2026-03-01T00:00:00Z\",\"window\":%s}", window);
  snprintf(smuggling, sizeof smuggling, "%s,\"config\":{}", good);
  upid_text *text = NULL;
  REFUSED(upid_analyze(NULL, 0, NULL, NULL, 0, &text), UPID_EMPTY_INPUT, "snapshot");
  REFUSED(upid_analyze(NULL, 2, NULL, NULL, 0, &text), UPID_NULL_POINTER, "snapshot");
  REFUSED(upid_analyze("{}", 2, NULL, NULL, 2, &text), UPID_NULL_POINTER, "config");
  REFUSED(upid_analyze(good, strlen(good), NULL, "{", 1, &text), UPID_TRUNCATED, "config");
  /* A snapshot cannot smuggle in a config. */
  REFUSED(upid_analyze(smuggling, strlen(smuggling), NULL, NULL, 0, &text), UPID_FORMAT, "snapshot");
  REFUSED(upid_analyze("{}", 2, NULL, NULL, 0, NULL), UPID_NULL_POINTER, "text");
  CHECK(text == NULL);
}

static void texts(void) {
  upid_text *text = NULL, *kept;
  const char *data = "";
  size_t len = 0;
  STATUS(upid_call("timerange.parse", WEEK, strlen(WEEK), NULL, &text), UPID_OK);
  STATUS(upid_text_len(text, &len), UPID_OK);
  CHECK(len == strlen(WEEK_OUT));
  STATUS(upid_text_data(text, &data, NULL), UPID_OK);
  CHECK(strcmp(data, WEEK_OUT) == 0);
  REFUSED(upid_text_len(text, NULL), UPID_NULL_POINTER, "len");
  REFUSED(upid_text_data(text, NULL, &len), UPID_NULL_POINTER, "data");
  REFUSED(upid_text_data(NULL, &data, &len), UPID_NULL_POINTER, "text");
  CHECK(data == NULL);
  REFUSED(upid_text_len((upid_text *)&len, &len), UPID_INVALID_HANDLE, "text");
  kept = text;
  STATUS(upid_text_free(text), UPID_OK);
  STATUS(upid_text_free(NULL), UPID_OK);
  REFUSED(upid_text_free(kept), UPID_INVALID_HANDLE, "text");
  /* A freed handle stays dead though new ones are made. */
  STATUS(upid_call("timerange.parse", WEEK, strlen(WEEK), NULL, &text), UPID_OK);
  CHECK(text != kept);
  REFUSED(upid_text_data(kept, &data, &len), UPID_INVALID_HANDLE, "text");
  /* A handle of another kind is not a text. */
  upid_usage *usage = NULL;
  STATUS(upid_usage_new(NULL, 0, &usage), UPID_OK);
  REFUSED(upid_text_free((upid_text *)usage), UPID_INVALID_HANDLE, "text");
  REFUSED(upid_usage_free((upid_usage *)text), UPID_INVALID_HANDLE, "usage");
  size_t live = 0;
  STATUS(upid_live_handles(&live), UPID_OK);
  CHECK(live == 2);
  STATUS(upid_usage_free(usage), UPID_OK);
  STATUS(upid_text_free(text), UPID_OK);
}

static void quantiles(void) {
  double values[] = {0.9, NAN, 0.10, 0.12, 0.11, 0.50, 0.13, 0.12, 0.11};
  double q[] = {0.5, 0.9, 1.0}, out[3] = {7, 7, 7}, bad[] = {0.5, 1.5};
  size_t len = sizeof values / sizeof *values;
  STATUS(upid_quantiles(values, len, UPID_QUANTILE_NEAREST, q, 3, out), UPID_OK);
  CHECK(out[0] == 0.12 && out[1] == 0.9 && out[2] == 0.9);
  STATUS(upid_quantiles(values, len, UPID_QUANTILE_LINEAR, q, 3, out), UPID_OK);
  CHECK(out[0] == 0.12 && fabs(out[1] - 0.62) < 1e-12 && out[2] == 0.9);
  STATUS(upid_quantiles(values, len, UPID_QUANTILE_LINEAR, NULL, 0, NULL), UPID_OK);
  REFUSED(upid_quantiles(values, len, 2, q, 3, out), UPID_INVALID_VALUE, "method");
  REFUSED(upid_quantiles(values, len, 0, bad, 2, out), UPID_INVALID_VALUE, "q");
  REFUSED(upid_quantiles(values + 1, 1, 0, q, 3, out), UPID_EMPTY_SERIES, "q");
  REFUSED(upid_quantiles(NULL, 1, 0, q, 3, out), UPID_NULL_POINTER, "values");
  REFUSED(upid_quantiles(values, SIZE_MAX, 0, q, 3, out), UPID_INVALID_VALUE, "values");
  REFUSED(upid_quantiles(values, len, 0, (double *)((char *)q + 1), 1, out), UPID_MISALIGNED_POINTER, "q");
  REFUSED(upid_quantiles(values, len, 0, q, 3, NULL), UPID_NULL_POINTER, "quantiles");
  REFUSED(upid_quantiles(values, len, 0, q, 3, (double *)((char *)out + 4)), UPID_MISALIGNED_POINTER, "quantiles");
  CHECK(out[2] == 0.9);
}

int main(void) {
  versions();
  last_error();
  quantiles();
  calls();
  analyses();
  texts();
  return check_report("arguments");
}
