/* The few lines of test framework that the C tests need. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "upid.h"

static int checks_done, checks_failed;

#define CHECK(condition)                                                      \
  do {                                                                        \
    checks_done++;                                                            \
    if (!(condition)) {                                                       \
      checks_failed++;                                                        \
      fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
    }                                                                         \
  } while (0)

/* The status of a call. */
#define STATUS(call, want) check_status((call), (want), __FILE__, __LINE__, #call)

static inline void check_status(int32_t got, int32_t want, const char *file, int line, const char *call) {
  checks_done++;
  if (got == want) return;
  checks_failed++;
  char error[1024];
  upid_last_error(error, sizeof error, NULL);
  fprintf(stderr, "%s:%d: %s gave %d, not %d; last error: %s\n", file, line, call, (int)got, (int)want, error);
}

/* A refused call: its status, and a last error that names the place and has a hint. */
#define REFUSED(call, want, place) check_refused((call), (want), (place), __FILE__, __LINE__, #call)

static inline void check_refused(int32_t got, int32_t want, const char *place, const char *file, int line,
                                 const char *call) {
  check_status(got, want, file, line, call);
  char json[4096], number[32], where[300];
  upid_last_error_json(json, sizeof json, NULL);
  snprintf(number, sizeof number, "\"number\":%d,", (int)want);
  snprintf(where, sizeof where, "\"path\":\"%s\"", place);
  checks_done++;
  if (strstr(json, number) && (!*place || strstr(json, where)) && !strstr(json, "\"hint\":\"\"")) return;
  checks_failed++;
  fprintf(stderr, "%s:%d: %s: the last error lacks code, place %s or hint: %s\n", file, line, call, place, json);
}

/* Compares a text with what is expected and frees it. */
#define TEXT(text, want) check_text((text), (want), __FILE__, __LINE__)

static inline void check_text(upid_text *text, const char *want, const char *file, int line) {
  const char *data = NULL;
  size_t len = 0;
  check_status(upid_text_data(text, &data, &len), UPID_OK, file, line, "upid_text_data");
  checks_done++;
  if (!data || len != strlen(want) || memcmp(data, want, len + 1) != 0) {
    checks_failed++;
    fprintf(stderr, "%s:%d: got  %s\n%s:%d: want %s\n", file, line, data ? data : "(null)", file, line, want);
  }
  check_status(upid_text_free(text), UPID_OK, file, line, "upid_text_free");
}

/* Whether a text, which it frees, contains another. */
static inline int text_contains(upid_text *text, const char *part) {
  const char *data = NULL;
  int found = upid_text_data(text, &data, NULL) == UPID_OK && strstr(data, part) != NULL;
  upid_text_free(text);
  return found;
}

/* The exit code of a test program; no handle may be left. */
static inline int check_report(const char *name) {
  size_t live = 1;
  CHECK(upid_live_handles(&live) == UPID_OK && live == 0);
  printf("%-10s %d checks, %d failed\n", name, checks_done, checks_failed);
  return checks_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
