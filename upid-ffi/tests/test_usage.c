/* The Usage handle: good input, every bad argument, merge and bytes. */
#include <math.h>

#include "check.h"

enum { SAMPLES = 8 };
static const int64_t START = 1700006400000, STEP = 300000;
/* The worked example of the usage format. */
static const double VALUES[SAMPLES] = {0.10, 0.12, 0.11, 0.50, 0.13, 0.12, 0.11, 0.90};
static const char *const QUANTILES = "{\"selector\":{},\"metric\":\"CpuCores\",\"q\":[0,0.5,0.9,1]}";

static upid_series series_of(const char *pod) {
  upid_series series;
  STATUS(upid_series_init(&series, sizeof series), UPID_OK);
  series.cluster = "c1";
  series.namespace_ = "shop";
  series.pod = pod;
  series.container = "app";
  series.metric = "cpu";
  series.len = SAMPLES;
  series.values = VALUES;
  series.start_ms = START;
  series.step_ms = STEP;
  return series;
}

static upid_usage *usage_of(const char *pod) {
  upid_usage *usage = NULL;
  upid_series series = series_of(pod);
  STATUS(upid_usage_new(NULL, 0, &usage), UPID_OK);
  STATUS(upid_usage_add_series(usage, &series, NULL), UPID_OK);
  return usage;
}

static size_t length(const upid_usage *usage) {
  size_t len = 0;
  STATUS(upid_usage_len(usage, &len), UPID_OK);
  return len;
}

/* The bytes of a Usage, to be freed. */
static uint8_t *bytes_of(const upid_usage *usage, size_t *len) {
  STATUS(upid_usage_to_bytes(usage, NULL, 0, len), UPID_OK);
  uint8_t *bytes = malloc(*len);
  if (!bytes) abort();
  STATUS(upid_usage_to_bytes(usage, bytes, *len, len), UPID_OK);
  return bytes;
}

static int same_bytes(const upid_usage *a, const upid_usage *b) {
  size_t a_len, b_len;
  uint8_t *a_bytes = bytes_of(a, &a_len), *b_bytes = bytes_of(b, &b_len);
  int same = a_len == b_len && memcmp(a_bytes, b_bytes, a_len) == 0;
  free(a_bytes);
  free(b_bytes);
  return same;
}

static void ingest(void) {
  upid_usage *usage = NULL, *again = usage_of("web-0");
  upid_ingest_report report;
  STATUS(upid_usage_new(NULL, 0, &usage), UPID_OK);
  CHECK(length(usage) == 0);
  upid_series series = series_of("web-0");
  STATUS(upid_ingest_report_init(&report, sizeof report), UPID_OK);
  STATUS(upid_usage_add_series(usage, &series, &report), UPID_OK);
  CHECK(report.accepted == SAMPLES && report.missing == 0 && report.first_bad_row == UINT64_MAX);
  CHECK(length(usage) == 1);
  upid_text *text = NULL;
  STATUS(upid_call("usage.quantiles", QUANTILES, strlen(QUANTILES), usage, &text), UPID_OK);
  CHECK(text_contains(text, "{\"q\":0.5,\"value\":0.1200635,\"lower\":0.119808,\"upper\":0.120319}"));

  /* Every spelling of the same samples gives the same bytes. */
  int64_t times[SAMPLES];
  float floats[SAMPLES];
  double twice[SAMPLES + 2];
  uint8_t validity = 0xFF;
  for (int i = 0; i < SAMPLES; i++) times[i] = START + (SAMPLES - 1 - i) * STEP;
  for (int i = 0; i < SAMPLES; i++) twice[i] = VALUES[SAMPLES - 1 - i];
  CHECK(same_bytes(usage, again));
  upid_usage *third = NULL;
  STATUS(upid_usage_new(NULL, 0, &third), UPID_OK);
  series.timestamps_ms = times;
  series.values = twice;
  series.validity = &validity;
  series.metric = "CpuCores";
  STATUS(upid_usage_add_series(third, &series, &report), UPID_OK);
  CHECK(report.accepted == SAMPLES && report.out_of_order > 0);
  CHECK(same_bytes(usage, third));
  STATUS(upid_usage_free(third), UPID_OK);

  /* Integers and floats. */
  int64_t signed_values[2] = {1 << 20, -5};
  uint64_t unsigned_values[2] = {1 << 20, UINT64_MAX};
  series = series_of("web-1");
  series.metric = "memory";
  series.len = 2;
  series.values = signed_values;
  series.value_type = UPID_VALUES_I64;
  STATUS(upid_usage_add_series(usage, &series, &report), UPID_OK);
  CHECK(report.accepted == 1 && report.negative == 1 && report.first_bad_row == 1);
  series.pod = "web-2";
  series.values = unsigned_values;
  series.value_type = UPID_VALUES_U64;
  STATUS(upid_usage_add_series(usage, &series, &report), UPID_OK);
  CHECK(report.accepted == 1 && report.out_of_range == 1);
  series.pod = "web-3";
  for (int i = 0; i < SAMPLES; i++) floats[i] = 1048576.0f;
  series.values = floats;
  series.value_type = UPID_VALUES_F32;
  STATUS(upid_usage_add_series(usage, &series, &report), UPID_OK);
  CHECK(report.accepted == 2 && report.f32_memory == 1);

  /* An answer of Prometheus as it came, and one that is cut. */
  static const char ANSWER[] =
      "[{\"metric\":{\"__name__\":\"container_memory_rss\",\"namespace\":\"shop\",\"pod\":\"web-9\"},"
      "\"values\":[[1700000000,\"5\"],[1700000060,\"NaN\"]]}]";
  const uint8_t *answer = (const uint8_t *)ANSWER;
  size_t keys = length(usage);
  STATUS(upid_usage_add_prometheus(usage, answer, strlen(ANSWER), NULL, 0, &text), UPID_OK);
  CHECK(text_contains(text, "\"accepted\":1,\"missing\":1"));
  CHECK(length(usage) == keys + 1);
  STATUS(upid_usage_add_prometheus(usage, answer, strlen(ANSWER) - 1, NULL, 0, &text), UPID_TRUNCATED);
  CHECK(text == NULL && length(usage) == keys + 1);
  REFUSED(upid_usage_add_prometheus(usage, answer, strlen(ANSWER), "{\"no\":1}", 8, NULL), UPID_INVALID_CONFIG, "options.no");

  /* Documents of a cluster as they came. */
  static const char POD[] =
      "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"web-9\",\"namespace\":\"shop\"},\"spec\":{\"containers\":[]}}";
  static const char PRICE[] = "node_total_hourly_cost{node=\"n1\"} 0.192\n";
  static const char NOW[] = "{\"now\":\"2026-03-15T00:00:00Z\"}";
  const uint8_t *documents[2] = {(const uint8_t *)POD, (const uint8_t *)PRICE};
  size_t lens[2] = {strlen(POD), strlen(PRICE)};
  STATUS(upid_ingest("ingest.kubernetes", documents, lens, 2, NOW, strlen(NOW), &text), UPID_OK);
  CHECK(text_contains(text, "\"hourlyCost\":\"0.192\""));
  STATUS(upid_ingest("ingest.kubernetes", documents, lens, 1, NOW, strlen(NOW), &text), UPID_OK);
  CHECK(text_contains(text, "\"name\":\"web-9\""));
  REFUSED(upid_ingest("ingest.kubernetes", documents, lens, 2, NULL, 0, &text), UPID_MISSING_FIELD, "options.now");
  lens[0]--;
  REFUSED(upid_ingest("ingest.kubernetes", documents, lens, 2, NOW, strlen(NOW), &text), UPID_TRUNCATED, "");
  documents[1] = NULL;
  REFUSED(upid_ingest("ingest.kubernetes", documents, lens, 2, NOW, strlen(NOW), &text), UPID_NULL_POINTER, "documents[1]");
  REFUSED(upid_ingest("analyze", documents, lens, 0, NULL, 0, &text), UPID_UNKNOWN_OPERATION, "operation");
  CHECK(text == NULL);

  /* Missing is not zero and not an error. */
  double holes[4] = {NAN, INFINITY, -1.0, 0.0};
  series = series_of("web-4");
  series.values = holes;
  series.len = 4;
  STATUS(upid_usage_add_series(usage, &series, &report), UPID_OK);
  CHECK(report.missing == 1 && report.non_finite == 1 && report.negative == 1 && report.accepted == 1);
  CHECK(report.first_bad_row == 1);
  CHECK(length(usage) == keys + 2);
  STATUS(upid_usage_free(usage), UPID_OK);
  STATUS(upid_usage_free(again), UPID_OK);
}

static void bad_series(void) {
  upid_usage *usage = usage_of("web-0"), *before = usage_of("web-0");
  upid_series good = series_of("web-1"), series;
#define WITH(change, status, place)                                     \
  do {                                                                  \
    series = good;                                                      \
    change;                                                             \
    REFUSED(upid_usage_add_series(usage, &series, NULL), status, place); \
  } while (0)
  WITH(series.struct_size = 0, UPID_STRUCT_SIZE, "series.struct_size");
  WITH(series.struct_size += 8, UPID_STRUCT_SIZE, "series.struct_size");
  WITH(series.struct_size = SIZE_MAX, UPID_STRUCT_SIZE, "series.struct_size");
  WITH(series.metric = NULL, UPID_NULL_POINTER, "series.metric");
  WITH(series.namespace_ = NULL, UPID_NULL_POINTER, "series.namespace_");
  WITH(series.pod = NULL, UPID_NULL_POINTER, "series.pod");
  WITH(series.metric = "cpuu", UPID_UNKNOWN_METRIC, "series.metric");
  WITH(series.metric = "", UPID_UNKNOWN_METRIC, "series.metric");
  WITH(series.kind = 3, UPID_INVALID_VALUE, "series.kind");
  WITH(series.kind = -1, UPID_INVALID_VALUE, "series.kind");
  WITH(series.value_type = 4, UPID_INVALID_VALUE, "series.value_type");
  WITH(series.duplicates = 99, UPID_INVALID_VALUE, "series.duplicates");
  WITH(series.invalid_rows = INT32_MIN, UPID_INVALID_VALUE, "series.invalid_rows");
  WITH(series.values = NULL, UPID_NULL_POINTER, "series.values");
  WITH(series.values = (const char *)VALUES + 1, UPID_MISALIGNED_POINTER, "series.values");
  WITH(series.timestamps_ms = (const int64_t *)((const char *)VALUES + 4), UPID_MISALIGNED_POINTER,
       "series.timestamps_ms");
  WITH(series.len = SIZE_MAX, UPID_INVALID_VALUE, "series.values");
  WITH(series.len = SIZE_MAX / sizeof(double), UPID_INVALID_VALUE, "series.values");
  WITH(series.pod = "\xc0\x80", UPID_ENCODING, "series.pod");
  char endless[1000];
  memset(endless, 'p', sizeof endless);
  WITH(series.pod = endless, UPID_INVALID_KEY, "series.pod");
  WITH(series.namespace_ = endless, UPID_INVALID_KEY, "series.namespace_");
  WITH(series.step_ms = 0, UPID_INVALID_STEP, "series.stepMs");
  WITH(series.step_ms = INT64_MAX, UPID_TIMESTAMP_RANGE, "series");
  WITH(series.start_ms = -1, UPID_TIMESTAMP_RANGE, "series");
  int64_t times[SAMPLES] = {START, START, START, START, START, START, START, START};
  WITH((series.timestamps_ms = times, series.duplicates = UPID_DUPLICATES_REJECT), UPID_DUPLICATE_TIMESTAMP, "series");
  double bad[SAMPLES] = {0.1, -1.0};
  WITH((series.values = bad, series.invalid_rows = UPID_INVALID_ROWS_REJECT), UPID_INVALID_VALUE, "series");

  series = good;
  upid_ingest_report report;
  STATUS(upid_ingest_report_init(&report, sizeof report), UPID_OK);
  report.struct_size = 1;
  REFUSED(upid_usage_add_series(usage, &series, &report), UPID_STRUCT_SIZE, "report.struct_size");
  REFUSED(upid_usage_add_series(usage, NULL, NULL), UPID_NULL_POINTER, "series");
  _Alignas(16) char bytes[sizeof series + 16] = {0};
  REFUSED(upid_usage_add_series(usage, (upid_series *)(bytes + 1), NULL), UPID_MISALIGNED_POINTER, "series");
  REFUSED(upid_usage_add_series(NULL, &series, NULL), UPID_NULL_POINTER, "usage");
  REFUSED(upid_usage_add_series((upid_usage *)&series, &series, NULL), UPID_INVALID_HANDLE, "usage");
  REFUSED(upid_series_init(NULL, sizeof series), UPID_NULL_POINTER, "series");
  REFUSED(upid_series_init(&series, sizeof series - 1), UPID_STRUCT_SIZE, "struct_size");
  REFUSED(upid_ingest_report_init(&report, 0), UPID_STRUCT_SIZE, "struct_size");
  REFUSED(upid_ingest_report_init(NULL, sizeof report), UPID_NULL_POINTER, "report");

  /* Nothing of all that got in. */
  CHECK(same_bytes(usage, before));
  series = good;
  series.len = 0;
  series.values = NULL;
  STATUS(upid_usage_add_series(usage, &series, NULL), UPID_OK);
  STATUS(upid_usage_free(usage), UPID_OK);
  STATUS(upid_usage_free(before), UPID_OK);
}

/* Both ways add up, and only a pair of one pod is taken. */
static void network(void) {
  upid_usage *usage = NULL, *before = NULL;
  STATUS(upid_usage_new(NULL, 0, &usage), UPID_OK);
  STATUS(upid_usage_new(NULL, 0, &before), UPID_OK);
  double received[SAMPLES] = {1, 2, 3, 4, 5, 6, 7, NAN}, sent[SAMPLES] = {10, 20, 30, 40, 50, 60, 70, 80};
  upid_series rx = series_of("web-0"), tx;
  rx.container = NULL;
  rx.metric = "network_rx";
  rx.values = received;
  tx = rx;
  tx.metric = "network_tx";
  tx.values = sent;
  upid_ingest_report report;
  STATUS(upid_ingest_report_init(&report, sizeof report), UPID_OK);

  REFUSED(upid_usage_add_network(usage, &tx, &rx, NULL), UPID_INVALID_VALUE, "rx.metric");
  REFUSED(upid_usage_add_network(usage, &rx, &rx, NULL), UPID_INVALID_VALUE, "tx.metric");
  REFUSED(upid_usage_add_network(usage, NULL, &tx, NULL), UPID_NULL_POINTER, "rx");
  REFUSED(upid_usage_add_network(usage, &rx, NULL, NULL), UPID_NULL_POINTER, "tx");
  REFUSED(upid_usage_add_network(NULL, &rx, &tx, NULL), UPID_NULL_POINTER, "usage");
  upid_series good = tx;
  tx.pod = "web-1";
  REFUSED(upid_usage_add_network(usage, &rx, &tx, NULL), UPID_INVALID_VALUE, "tx");
  tx = good;
  tx.duplicates = UPID_DUPLICATES_REJECT;
  REFUSED(upid_usage_add_network(usage, &rx, &tx, NULL), UPID_INVALID_VALUE, "tx");
  tx = good;
  tx.values = NULL;
  REFUSED(upid_usage_add_network(usage, &rx, &tx, NULL), UPID_NULL_POINTER, "tx.values");
  tx = good;
  tx.step_ms = 0;
  REFUSED(upid_usage_add_network(usage, &rx, &tx, NULL), UPID_INVALID_STEP, "tx.stepMs");
  tx = good;
  tx.len = SAMPLES - 1;
  REFUSED(upid_usage_add_network(usage, &rx, &tx, NULL), UPID_LENGTH_MISMATCH, "tx.values");
  CHECK(same_bytes(usage, before));

  STATUS(upid_usage_add_network(usage, &rx, &good, &report), UPID_OK);
  CHECK(report.accepted == 2 * SAMPLES - 1 && report.missing == 1);
  upid_text *text = NULL;
  const char *question = "{\"selector\":{},\"metric\":\"network\",\"q\":[0,1]}";
  STATUS(upid_call("usage.quantiles", question, strlen(question), usage, &text), UPID_OK);
  CHECK(text_contains(text, "\"n\":7,\"values\":[{\"q\":0,\"value\":11,"));
  STATUS(upid_usage_free(usage), UPID_OK);
  STATUS(upid_usage_free(before), UPID_OK);
}

static void specs(void) {
  upid_usage *usage = NULL, *other = usage_of("web-0");
  const char *spec = "{\"metrics\":[{\"id\":\"cpu\",\"thresholds\":[0.5]}]}";
  STATUS(upid_usage_new(spec, strlen(spec), &usage), UPID_OK);
  REFUSED(upid_usage_merge(usage, other, NULL), UPID_USAGE_SPEC_MISMATCH, "");
  upid_usage *bad = other;
  REFUSED(upid_usage_new(spec, strlen(spec) - 2, &bad), UPID_TRUNCATED, "spec.metrics[0]");
  CHECK(bad == NULL);
  spec = "{\"maxGapMs\":0}";
  REFUSED(upid_usage_new(spec, strlen(spec), &bad), UPID_INVALID_CONFIG, "spec.maxGapMs");
  REFUSED(upid_usage_new(NULL, 0, NULL), UPID_NULL_POINTER, "usage");
  REFUSED(upid_usage_new(NULL, 5, &bad), UPID_NULL_POINTER, "spec");
  STATUS(upid_usage_free(usage), UPID_OK);
  STATUS(upid_usage_free(other), UPID_OK);
}

static void merges(void) {
  upid_usage *a = usage_of("web-0"), *b = usage_of("web-1"), *twin = usage_of("web-0");
  uint64_t overlapping = 99;
  STATUS(upid_usage_merge(a, b, &overlapping), UPID_OK);
  CHECK(overlapping == 0 && length(a) == 2 && length(b) == 1);
  STATUS(upid_usage_merge(b, twin, NULL), UPID_OK);
  CHECK(same_bytes(a, b));
  STATUS(upid_usage_merge(a, twin, &overlapping), UPID_OK);
  CHECK(overlapping == SAMPLES);
  REFUSED(upid_usage_merge(a, a, NULL), UPID_INVALID_VALUE, "other");
  REFUSED(upid_usage_merge(NULL, b, NULL), UPID_NULL_POINTER, "usage");
  REFUSED(upid_usage_merge(a, NULL, NULL), UPID_NULL_POINTER, "other");
  STATUS(upid_usage_free(b), UPID_OK);
  REFUSED(upid_usage_merge(a, b, NULL), UPID_INVALID_HANDLE, "other");
  REFUSED(upid_usage_free(b), UPID_INVALID_HANDLE, "usage");
  STATUS(upid_usage_free(NULL), UPID_OK);
  STATUS(upid_usage_free(a), UPID_OK);
  STATUS(upid_usage_free(twin), UPID_OK);
}

static void serialised(void) {
  upid_usage *usage = usage_of("web-0"), *copy = NULL;
  size_t len = 0, needed = 0;
  uint8_t *bytes = bytes_of(usage, &len), small[4];
  STATUS(upid_usage_from_bytes(bytes, len, &copy), UPID_OK);
  CHECK(same_bytes(usage, copy));
  STATUS(upid_usage_free(copy), UPID_OK);

  memset(small, 7, sizeof small);
  REFUSED(upid_usage_to_bytes(usage, small, sizeof small, &needed), UPID_BUFFER_TOO_SMALL, "buffer");
  CHECK(needed == len && small[0] == 7);
  REFUSED(upid_usage_to_bytes(usage, NULL, 4, &needed), UPID_NULL_POINTER, "buffer");
  REFUSED(upid_usage_to_bytes(usage, small, sizeof small, NULL), UPID_NULL_POINTER, "needed");
  REFUSED(upid_usage_to_bytes(NULL, NULL, 0, &needed), UPID_NULL_POINTER, "usage");
  REFUSED(upid_usage_len(usage, NULL), UPID_NULL_POINTER, "len");

  /* Cut anywhere and flipped anywhere, the bytes are refused; exact allocations let the checkers see any overrun. */
  int accepted = 0;
  for (size_t cut = 0; cut < len; cut++) {
    uint8_t *part = malloc(cut ? cut : 1);
    if (!part) abort();
    memcpy(part, bytes, cut);
    copy = usage;
    accepted += upid_usage_from_bytes(part, cut, &copy) == UPID_OK;
    CHECK(copy == NULL);
    free(part);
  }
  for (size_t at = 0; at < len; at++) {
    bytes[at] ^= 0x10;
    accepted += upid_usage_from_bytes(bytes, len, &copy) == UPID_OK;
    bytes[at] ^= 0x10;
  }
  CHECK(accepted == 0);
  REFUSED(upid_usage_from_bytes(bytes, len - 1, &copy), UPID_CORRUPT_USAGE, "");
  REFUSED(upid_usage_from_bytes(NULL, 1, &copy), UPID_NULL_POINTER, "bytes");
  REFUSED(upid_usage_from_bytes(bytes, SIZE_MAX, &copy), UPID_INVALID_VALUE, "bytes");
  REFUSED(upid_usage_from_bytes(bytes, len, NULL), UPID_NULL_POINTER, "usage");
  free(bytes);
  STATUS(upid_usage_free(usage), UPID_OK);
}

/* The JSON form, in which operations give a Usage. */
static void from_json(void) {
  upid_usage *usage = usage_of("web-0"), *copy = NULL;
  upid_text *text = NULL;
  const char *json;
  size_t len;
  STATUS(upid_call("usage.merge", "{\"parts\":[]}", 12, usage, &text), UPID_OK);
  STATUS(upid_text_data(text, &json, &len), UPID_OK);
  CHECK(strstr(json, "\"report\"") != NULL);
  STATUS(upid_usage_from_json(json, len, &copy), UPID_OK);
  CHECK(same_bytes(usage, copy));
  STATUS(upid_usage_free(copy), UPID_OK);

  copy = usage;
  REFUSED(upid_usage_from_json(json, len - 1, &copy), UPID_TRUNCATED, "");
  CHECK(copy == NULL);
  REFUSED(upid_usage_from_json(json, len, NULL), UPID_NULL_POINTER, "usage");
  REFUSED(upid_usage_from_json(NULL, 1, &copy), UPID_NULL_POINTER, "json");
  REFUSED(upid_usage_from_json(json, SIZE_MAX, &copy), UPID_INVALID_VALUE, "json");
  REFUSED(upid_usage_from_json(NULL, 0, &copy), UPID_EMPTY_INPUT, "json");
  REFUSED(upid_usage_from_json(" ", 1, &copy), UPID_EMPTY_INPUT, "json");
  REFUSED(upid_usage_from_json("\xff", 1, &copy), UPID_ENCODING, "json");
  REFUSED(upid_usage_from_json("{}", 2, &copy), UPID_MISSING_FIELD, "");
  REFUSED(upid_usage_from_json("{\"usage\":7}", 11, &copy), UPID_FORMAT, "usage");
  REFUSED(upid_usage_from_json("{\"usage\":\"%\"}", 13, &copy), UPID_CORRUPT_USAGE, "usage");
  REFUSED(upid_usage_from_json("{\"usage\":\"\"}", 12, &copy), UPID_CORRUPT_USAGE, "usage");
  STATUS(upid_text_free(text), UPID_OK);
  STATUS(upid_usage_free(usage), UPID_OK);
}

int main(void) {
  ingest();
  network();
  bad_series();
  specs();
  merges();
  serialised();
  from_json();
  return check_report("usage");
}
