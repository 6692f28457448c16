package upid

/*
#include <string.h>
#include "upid.h"

// Builds the struct on the C side: Go memory that holds pointers must not be passed to C, while the slices and the
// names (one after the other, each ended by NUL) may be passed as they are.
// With `sent` the values are received bytes per second, and both ways are added.
static int32_t upid_go_add(upid_usage *usage, const char *names, int32_t kind, size_t len, const double *values,
                           const double *sent, const int64_t *timestamps_ms, int64_t start_ms, int64_t step_ms,
                           upid_ingest_report *report) {
  upid_series series;
  int32_t status = upid_ingest_report_init(report, sizeof *report);
  if (status == UPID_OK) status = upid_series_init(&series, sizeof series);
  if (status != UPID_OK) return status;
  const char **places[] = {&series.cluster, &series.namespace_, &series.pod, &series.container, &series.metric};
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    *places[i] = names;
    names += strlen(names) + 1;
  }
  series.kind = kind;
  series.len = len;
  series.values = values;
  series.timestamps_ms = timestamps_ms;
  series.start_ms = start_ms;
  series.step_ms = step_ms;
  if (!sent) return upid_usage_add_series(usage, &series, report);
  upid_series tx = series;
  tx.metric = "network_tx";
  tx.values = sent;
  return upid_usage_add_network(usage, &series, &tx, report);
}

// What stands for a Usage that nobody made: no live handle, and not NULL, which means no Usage.
static upid_usage *upid_go_unmade(void) {
  static char place;
  return (upid_usage *)&place;
}
*/
import "C"

import (
	"math"
	"runtime"
	"strings"
	"unsafe"
)

// Kind says what a sample is.
type Kind int32

const (
	// Gauge is a level or a rate at an instant.
	Gauge Kind = C.UPID_KIND_GAUGE
	// Counter is a running total that may reset, as Prometheus counters do.
	Counter Kind = C.UPID_KIND_COUNTER
	// Increment is a count per sample.
	Increment Kind = C.UPID_KIND_INCREMENT
)

// Series is the samples of one container and metric.
type Series struct {
	// Cluster is empty if there is only one.
	Cluster   string
	Namespace string
	Pod       string
	// Container is empty for what is known per pod, such as network.
	Container string
	// Metric is "cpu" (cores), "memory" (working set in bytes), "network" (bytes per second), …
	Metric string
	Kind   Kind
	// Values are in the unit of the metric; NaN is missing.
	Values []float64
	// TimestampsMs, in any order, or nil: sample i stands at StartMs + i·StepMs.
	TimestampsMs    []int64
	StartMs, StepMs int64
}

// Report says what became of the samples of a series.
type Report struct {
	Accepted, Missing, Negative, NonFinite, OutOfRange, Duplicates, OutOfOrder, Resets, Gaps, StepChanges uint64
	// FirstBadRow is the first negative, infinite or too large value; -1 if there is none.
	FirstBadRow int64
}

// Usage is what happened: mergeable summaries of samples, of bounded size. Use it from one goroutine at a time.
//
// [NewUsage] and [UsageFromBytes] make one; a zero Usage gives UPID_INVALID_HANDLE. Copies are the same Usage.
type Usage struct{ owned *owned }

// owned is on the heap by itself, as a finalizer demands, wherever the caller keeps the Usage.
type owned struct{ handle *C.upid_usage }

// NewUsage makes an empty Usage. Close it, or leave that to the garbage collector.
func NewUsage() (*Usage, error) {
	return own(func(out **C.upid_usage) C.int32_t { return C.upid_usage_new(nil, 0, out) })
}

// UsageFromBytes reads what [Usage.Bytes] wrote.
func UsageFromBytes(bytes []byte) (*Usage, error) {
	return own(func(out **C.upid_usage) C.int32_t {
		return C.upid_usage_from_bytes((*C.uint8_t)(unsafe.Pointer(chars(bytes))), C.size_t(len(bytes)), out)
	})
}

// UsageFromJSON reads what the operations that give a Usage write, e.g. "usage.summarize".
func UsageFromJSON(json []byte) (*Usage, error) {
	return own(func(out **C.upid_usage) C.int32_t {
		return C.upid_usage_from_json(chars(json), C.size_t(len(json)), out)
	})
}

func own(create func(out **C.upid_usage) C.int32_t) (*Usage, error) {
	var handle *C.upid_usage
	if err := do(func() C.int32_t { return create(&handle) }); err != nil {
		return nil, err
	}
	usage := &owned{handle}
	runtime.SetFinalizer(usage, func(usage *owned) { C.upid_usage_free(usage.handle) })
	return &Usage{usage}, nil
}

// Close frees the summaries at once. Later calls give UPID_INVALID_HANDLE.
func (u *Usage) Close() error {
	if u != nil && u.owned != nil {
		runtime.SetFinalizer(u.owned, nil)
	}
	return do(func() C.int32_t { return C.upid_usage_free(u.pointer()) })
}

// AddSeries adds samples; on error the Usage is unchanged.
func (u *Usage) AddSeries(s Series) (Report, error) { return u.add(s, nil) }

// AddNetwork adds received and sent bytes per second of a pod, and their sum, which idle detection reads: two calls of
// AddSeries would leave it empty. The values of the series are the received bytes; its metric is not read.
func (u *Usage) AddNetwork(received Series, sent []float64) (Report, error) {
	if len(sent) != len(received.Values) {
		return Report{}, refuse(C.UPID_LENGTH_MISMATCH, "sent", "sent and received.Values differ in length",
			"give every row both ways; missing values are NaN")
	}
	received.Metric = "network_rx"
	return u.add(received, sent)
}

func (u *Usage) add(s Series, sent []float64) (Report, error) {
	defer runtime.KeepAlive(u)
	parts := []string{s.Cluster, s.Namespace, s.Pod, s.Container, s.Metric}
	for _, part := range parts {
		if strings.IndexByte(part, 0) >= 0 {
			return Report{}, refuse(C.UPID_INVALID_KEY, "series", "a name contains NUL", "use the names of Kubernetes")
		}
	}
	names := []byte(strings.Join(parts, "\x00") + "\x00")
	var timestamps *C.int64_t
	if s.TimestampsMs != nil {
		if len(s.TimestampsMs) != len(s.Values) {
			return Report{}, refuse(C.UPID_LENGTH_MISMATCH, "series", "TimestampsMs and Values differ in length",
				"give every row one time and one value; missing values are NaN")
		}
		if len(s.TimestampsMs) > 0 {
			timestamps = (*C.int64_t)(unsafe.Pointer(&s.TimestampsMs[0]))
		}
	}
	var r C.upid_ingest_report
	err := do(func() C.int32_t {
		return C.upid_go_add(u.pointer(), chars(names), C.int32_t(s.Kind), C.size_t(len(s.Values)), doubles(s.Values),
			doubles(sent), timestamps, C.int64_t(s.StartMs), C.int64_t(s.StepMs), &r)
	})
	if err != nil {
		return Report{}, err
	}
	return report(&r), nil
}

// Merge adds the summaries of other, which stays as it is.
func (u *Usage) Merge(other *Usage) error {
	defer runtime.KeepAlive(u)
	defer runtime.KeepAlive(other)
	return do(func() C.int32_t { return C.upid_usage_merge(u.pointer(), other.pointer(), nil) })
}

// Bytes writes the Usage in a versioned form with a checksum; equal state gives equal bytes.
func (u *Usage) Bytes() ([]byte, error) {
	defer runtime.KeepAlive(u)
	var size C.size_t
	if err := do(func() C.int32_t { return C.upid_usage_to_bytes(u.pointer(), nil, 0, &size) }); err != nil {
		return nil, err
	}
	bytes := make([]byte, size)
	err := do(func() C.int32_t {
		return C.upid_usage_to_bytes(u.pointer(), (*C.uint8_t)(unsafe.Pointer(chars(bytes))), size, &size)
	})
	return bytes, err
}

// Len is the number of containers and pods.
func (u *Usage) Len() (int, error) {
	defer runtime.KeepAlive(u)
	var size C.size_t
	err := do(func() C.int32_t { return C.upid_usage_len(u.pointer(), &size) })
	return int(size), err
}

func doubles(values []float64) *C.double {
	if len(values) == 0 {
		return nil
	}
	return (*C.double)(unsafe.Pointer(&values[0]))
}

func (u *Usage) pointer() *C.upid_usage {
	switch {
	case u == nil:
		return nil
	case u.owned == nil:
		return C.upid_go_unmade()
	}
	return u.owned.handle
}

func report(r *C.upid_ingest_report) Report {
	first := int64(-1)
	if uint64(r.first_bad_row) != math.MaxUint64 {
		first = int64(r.first_bad_row)
	}
	return Report{
		Accepted: uint64(r.accepted), Missing: uint64(r.missing), Negative: uint64(r.negative),
		NonFinite: uint64(r.non_finite), OutOfRange: uint64(r.out_of_range), Duplicates: uint64(r.duplicates),
		OutOfOrder: uint64(r.out_of_order), Resets: uint64(r.resets), Gaps: uint64(r.gaps),
		StepChanges: uint64(r.step_changes), FirstBadRow: first,
	}
}
