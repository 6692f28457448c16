/*
 * UPID from C: reads the demo's files, summarises samples and requests, analyses, prints the report.
 *
 *     cc quickstart.c -lupid -o quickstart && ./quickstart ../data/demo
 *
 * With --json it prints the Analysis itself.
 *
 * The files are read here: the library itself reads none.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "upid.h"

/* Stops with the message, place and hint of the failed call. */
static void check(int32_t status) {
  if (status == UPID_OK) return;
  char error[2048];
  upid_last_error(error, sizeof error, NULL);
  fprintf(stderr, "%s\n", error);
  exit(EXIT_FAILURE);
}

static void *need(void *memory) {
  if (memory) return memory;
  fputs("out of memory\n", stderr);
  exit(EXIT_FAILURE);
}

/* A whole file, ended by NUL; to be freed. */
static char *read_file(const char *folder, const char *name, size_t *len) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (!file) {
    fprintf(stderr, "%s: %s\n", path, strerror(errno));
    exit(EXIT_FAILURE);
  }
  size_t capacity = 1 << 16, got;
  char *bytes = need(malloc(capacity));
  *len = 0;
  while ((got = fread(bytes + *len, 1, capacity - *len - 1, file)) > 0) {
    *len += got;
    if (capacity - *len < 2) bytes = need(realloc(bytes, capacity *= 2));
  }
  fclose(file);
  bytes[*len] = 0;
  return bytes;
}

/* The samples of one pod. */
typedef struct {
  const char *namespace_, *pod, *container;
  size_t len, capacity;
  int64_t *timestamps_ms;
  double *cpu, *memory, *received, *sent;
} pod_samples;

static double *grown(double *values, size_t capacity) { return need(realloc(values, capacity * sizeof *values)); }

static void push(pod_samples *s, int64_t timestamp_ms, double cpu, double memory, double received, double sent) {
  if (s->len == s->capacity) {
    s->capacity = s->capacity ? s->capacity * 2 : 1024;
    s->timestamps_ms = need(realloc(s->timestamps_ms, s->capacity * sizeof *s->timestamps_ms));
    s->cpu = grown(s->cpu, s->capacity);
    s->memory = grown(s->memory, s->capacity);
    s->received = grown(s->received, s->capacity);
    s->sent = grown(s->sent, s->capacity);
  }
  s->timestamps_ms[s->len] = timestamp_ms;
  s->cpu[s->len] = cpu;
  s->memory[s->len] = memory;
  s->received[s->len] = received;
  s->sent[s->len] = sent;
  s->len++;
}

static upid_series series_of(const pod_samples *s, const char *container, const char *metric, const double *values) {
  upid_series series;
  check(upid_series_init(&series, sizeof series));
  series.namespace_ = s->namespace_;
  series.pod = s->pod;
  series.container = container;
  series.metric = metric;
  series.len = s->len;
  series.timestamps_ms = s->timestamps_ms;
  series.values = values;
  return series;
}

/* Hands the samples of one pod to the library, which keeps only their summary. */
static void flush(upid_usage *usage, pod_samples *s) {
  if (s->len == 0) return;
  upid_series cpu = series_of(s, s->container, "cpu", s->cpu);
  upid_series memory = series_of(s, s->container, "memory", s->memory);
  /* The network belongs to the pod, not to one of its containers. */
  upid_series rx = series_of(s, "", "network_rx", s->received), tx = series_of(s, "", "network_tx", s->sent);
  check(upid_usage_add_series(usage, &cpu, NULL));
  check(upid_usage_add_series(usage, &memory, NULL));
  check(upid_usage_add_network(usage, &rx, &tx, NULL));
  s->len = 0;
}

/* Cuts the next field off a CSV line without quotes. */
static char *field(char **line) {
  char *start = *line, *end = start + strcspn(start, ",\n");
  *line = *end ? end + 1 : end;
  *end = 0;
  return start;
}

/* Missing is not zero: an empty field is NaN. */
static double number(const char *text) { return *text ? strtod(text, NULL) : NAN; }

/* timestamp,namespace,pod,container,cpu_cores,memory_bytes,network_rx_…,network_tx_…; the rows of a pod stand together. */
static void add_samples(upid_usage *usage, char *csv) {
  pod_samples samples = {0};
  char *line = csv + strcspn(csv, "\n");
  if (*line) line++;
  while (*line) {
    int64_t timestamp_ms = strtoll(field(&line), NULL, 10) * 1000;
    char *namespace_ = field(&line), *pod = field(&line), *container = field(&line);
    double cpu = number(field(&line)), memory = number(field(&line));
    double received = number(field(&line)), sent = number(field(&line));
    if (samples.len && strcmp(samples.pod, pod) != 0) flush(usage, &samples);
    samples.namespace_ = namespace_;
    samples.pod = pod;
    samples.container = container;
    push(&samples, timestamp_ms, cpu, memory, received, sent);
  }
  flush(usage, &samples);
  free(samples.timestamps_ms);
  free(samples.cpu);
  free(samples.memory);
  free(samples.received);
  free(samples.sent);
}

/* Everything that is JSON goes through an operation; summaries merge in any order. */
static void add_requests(upid_usage *usage, const char *json, size_t len) {
  upid_text *summarized;
  upid_usage *requests;
  const char *text;
  check(upid_call("usage.summarize", json, len, NULL, &summarized));
  check(upid_text_data(summarized, &text, &len));
  check(upid_usage_from_json(text, len, &requests));
  check(upid_usage_merge(usage, requests, NULL));
  upid_usage_free(requests);
  upid_text_free(summarized);
}

int main(int count, char **arguments) {
  const char *folder = count > 1 ? arguments[1] : "../data/demo";
  int as_json = count > 2 && strcmp(arguments[2], "--json") == 0;
  size_t snapshot_len, csv_len, requests_len, config_len, analysis_len, keys;
  char *snapshot = read_file(folder, "snapshot.json", &snapshot_len);
  char *csv = read_file(folder, "samples.csv", &csv_len);
  char *requests = read_file(folder, "requests.json", &requests_len);
  char *config = read_file(folder, "config.json", &config_len);

  upid_usage *usage;
  check(upid_usage_new(NULL, 0, &usage));
  add_samples(usage, csv);
  add_requests(usage, requests, requests_len);
  check(upid_usage_len(usage, &keys));
  fprintf(stderr, "UPID %s: %zu summaries from %zu bytes of samples\n", upid_version(), keys, csv_len);

  upid_text *analysis, *report = NULL;
  const char *text;
  check(upid_analyze(snapshot, snapshot_len, usage, config, config_len, &analysis));
  check(upid_text_data(analysis, &text, &analysis_len));
  if (!as_json) {
    check(upid_render(text, analysis_len, "Text", &report));
    check(upid_text_data(report, &text, NULL));
  }
  fputs(text, stdout);

  upid_text_free(report);
  upid_text_free(analysis);
  upid_usage_free(usage);
  free(config);
  free(requests);
  free(csv);
  free(snapshot);
  return EXIT_SUCCESS;
}
