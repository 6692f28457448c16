/*
 * UPID from C: reads the demo's files, summarises the samples, analyses, prints the report.
 *
 *     cc quickstart.c -lupid -o quickstart && ./quickstart ../data/demo
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
  double *cpu, *memory, *network;
} pod_samples;

static void push(pod_samples *s, int64_t timestamp_ms, double cpu, double memory, double network) {
  if (s->len == s->capacity) {
    s->capacity = s->capacity ? s->capacity * 2 : 1024;
    s->timestamps_ms = need(realloc(s->timestamps_ms, s->capacity * sizeof *s->timestamps_ms));
    s->cpu = need(realloc(s->cpu, s->capacity * sizeof *s->cpu));
    s->memory = need(realloc(s->memory, s->capacity * sizeof *s->memory));
    s->network = need(realloc(s->network, s->capacity * sizeof *s->network));
  }
  s->timestamps_ms[s->len] = timestamp_ms;
  s->cpu[s->len] = cpu;
  s->memory[s->len] = memory;
  s->network[s->len] = network;
  s->len++;
}

static void add(upid_usage *usage, const pod_samples *s, const char *container, const char *metric,
                const double *values) {
  upid_series series;
  check(upid_series_init(&series, sizeof series));
  series.namespace_ = s->namespace_;
  series.pod = s->pod;
  series.container = container;
  series.metric = metric;
  series.len = s->len;
  series.timestamps_ms = s->timestamps_ms;
  series.values = values;
  check(upid_usage_add_series(usage, &series, NULL));
}

/* Hands the samples of one pod to the library, which keeps only their summary. */
static void flush(upid_usage *usage, pod_samples *s) {
  if (s->len == 0) return;
  add(usage, s, s->container, "cpu", s->cpu);
  add(usage, s, s->container, "memory", s->memory);
  add(usage, s, "", "network", s->network); /* known per pod, not per container */
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
    push(&samples, timestamp_ms, cpu, memory, received + sent);
  }
  flush(usage, &samples);
  free(samples.timestamps_ms);
  free(samples.cpu);
  free(samples.memory);
  free(samples.network);
}

int main(int count, char **arguments) {
  const char *folder = count > 1 ? arguments[1] : "../data/demo";
  size_t snapshot_len, csv_len, analysis_len, keys;
  char *snapshot = read_file(folder, "snapshot.json", &snapshot_len);
  char *csv = read_file(folder, "samples.csv", &csv_len);

  upid_usage *usage;
  check(upid_usage_new(NULL, 0, &usage));
  add_samples(usage, csv);
  check(upid_usage_len(usage, &keys));
  fprintf(stderr, "UPID %s: %zu summaries from %zu bytes of samples\n", upid_version(), keys, csv_len);

  upid_text *analysis, *report;
  const char *analysis_json, *text;
  check(upid_analyze(snapshot, snapshot_len, usage, NULL, 0, &analysis));
  check(upid_text_data(analysis, &analysis_json, &analysis_len));
  check(upid_render(analysis_json, analysis_len, "Text", &report));
  check(upid_text_data(report, &text, NULL));
  fputs(text, stdout);

  upid_text_free(report);
  upid_text_free(analysis);
  upid_usage_free(usage);
  free(csv);
  free(snapshot);
  return EXIT_SUCCESS;
}
