/* Sixteen threads at once: own handles work, the last error is each thread's own, a shared handle is never torn. */
#include <pthread.h>
#include <stdatomic.h>

#include "check.h"

enum { THREADS = 16, ROUNDS = 40 };

static upid_usage *shared;
static atomic_int wrong;

static void *work(void *argument) {
  int number = *(int *)argument;
  char input[128], want[32], error[512];
  upid_usage *own = NULL;
  if (upid_usage_new(NULL, 0, &own)) atomic_fetch_add(&wrong, 1);
  snprintf(input, sizeof input, "{\"text\":\"%ds\",\"now\":\"2026-03-15T00:00:00Z\"}", number + 1);
  snprintf(want, sizeof want, "\"seconds\":%d}", number + 1);
  for (int round = 0; round < ROUNDS; round++) {
    upid_text *text;
    const char *data = NULL;
    size_t len;
    if (upid_call("timerange.parse", input, strlen(input), NULL, &text) || upid_text_data(text, &data, NULL) ||
        !strstr(data, want) || upid_text_free(text))
      atomic_fetch_add(&wrong, 1);
    snprintf(error, sizeof error, "no.such.operation%d", number);
    if (upid_call(error, "{}", 2, NULL, &text) != UPID_UNKNOWN_OPERATION) atomic_fetch_add(&wrong, 1);
    char said[512];
    if (upid_last_error(said, sizeof said, NULL) || !strstr(said, error)) atomic_fetch_add(&wrong, 1);
    /* Against the rules, but refused instead of racing. */
    int32_t status = round % 4 ? upid_usage_len(shared, &len) : upid_usage_merge(shared, own, NULL);
    if (status != UPID_OK && status != UPID_INVALID_HANDLE) atomic_fetch_add(&wrong, 1);
  }
  if (upid_usage_free(own)) atomic_fetch_add(&wrong, 1);
  return NULL;
}

int main(void) {
  pthread_t threads[THREADS];
  int numbers[THREADS];
  STATUS(upid_usage_new(NULL, 0, &shared), UPID_OK);
  for (int i = 0; i < THREADS; i++) {
    numbers[i] = i;
    CHECK(pthread_create(&threads[i], NULL, work, &numbers[i]) == 0);
  }
  for (int i = 0; i < THREADS; i++) CHECK(pthread_join(threads[i], NULL) == 0);
  CHECK(wrong == 0);
  STATUS(upid_usage_free(shared), UPID_OK);
  return check_report("threads");
}
