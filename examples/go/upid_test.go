package upid

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// series is the worked example of the usage format.
func series(pod string) Series {
	return Series{
		Cluster: "c1", Namespace: "shop", Pod: pod, Container: "app", Metric: "cpu",
		StartMs: 1700006400000, StepMs: 300000,
		Values: []float64{0.10, 0.12, 0.11, 0.50, 0.13, 0.12, 0.11, 0.90},
	}
}

func usageOf(t *testing.T, pods ...string) *Usage {
	t.Helper()
	usage, err := NewUsage()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = usage.Close() })
	for _, pod := range pods {
		if _, err := usage.AddSeries(series(pod)); err != nil {
			t.Fatal(err)
		}
	}
	return usage
}

func bytesOf(t *testing.T, usage *Usage) []byte {
	t.Helper()
	encoded, err := usage.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// refused checks code, place and hint of an error.
func refused(t *testing.T, err error, code, path string) {
	t.Helper()
	var failure *Error
	if !errors.As(err, &failure) {
		t.Fatalf("got %v, want %s", err, code)
	}
	if failure.Code != code || failure.Where.Path != path || failure.Hint == "" || failure.Message == "" ||
		failure.Number == 0 || failure.Class == "" {
		t.Errorf("got %+v, want %s at %q", failure, code, path)
	}
	if text := err.Error(); !strings.HasPrefix(text, code) || !strings.Contains(text, failure.Hint) {
		t.Errorf("text %q", text)
	}
}

func TestVersion(t *testing.T) {
	if !strings.Contains(Version(), ".") {
		t.Error(Version())
	}
}

func TestCall(t *testing.T) {
	output, err := Call("timerange.parse", []byte(`{"text":"7d","now":"2026-03-15T00:00:00Z"}`), nil)
	want := `{"start":"2026-03-08T00:00:00Z","end":"2026-03-15T00:00:00Z","seconds":604800}`
	if err != nil || string(output) != want {
		t.Error(string(output), err)
	}
	_, err = Call("timerange.prase", []byte(`{}`), nil)
	refused(t, err, "UPID_UNKNOWN_OPERATION", "operation")
	_, err = Call("timerange.parse\x00x", []byte(`{"text":"7d","now":0}`), nil)
	refused(t, err, "UPID_INVALID_VALUE", "operation")
	_, err = Render([]byte(`{}`), "Text\x00x")
	refused(t, err, "UPID_INVALID_VALUE", "format")
	_, err = Call("timerange.parse", nil, nil)
	refused(t, err, "UPID_EMPTY_INPUT", "input")
	_, err = Call("timerange.parse", []byte("\xff"), nil)
	refused(t, err, "UPID_ENCODING", "json")
	list, err := Operations()
	if err != nil || !json.Valid(list) {
		t.Error(err)
	}
	_, err = Analyze([]byte(`{`), nil, nil)
	refused(t, err, "UPID_TRUNCATED", "snapshot")
	_, err = Render([]byte(`{},"x":1`), "Text")
	refused(t, err, "UPID_FORMAT", "analysis")
}

func TestUsage(t *testing.T) {
	usage := usageOf(t, "web-0")
	s := series("web-1")
	s.Values = []float64{0.5, math.NaN(), -1, 0}
	s.TimestampsMs = []int64{1700006400000, 1700006700000, 1700007000000, 1700007300000}
	report, err := usage.AddSeries(s)
	if err != nil || report.Accepted != 2 || report.Missing != 1 || report.Negative != 1 || report.FirstBadRow != 2 {
		t.Errorf("%+v, %v", report, err)
	}
	if size, err := usage.Len(); err != nil || size != 2 {
		t.Error(size, err)
	}
	output, err := Call("usage.quantiles", []byte(`{"selector":{"pod":"web-0"},"metric":"CpuCores","q":[0.5]}`), usage)
	if err != nil || !strings.Contains(string(output), "0.1200635") {
		t.Error(string(output), err)
	}

	// Bad input leaves the Usage as it was.
	before := bytesOf(t, usage)
	for _, bad := range []struct {
		change     func(*Series)
		code, path string
	}{
		{func(s *Series) { s.Metric = "cpuu" }, "UPID_UNKNOWN_METRIC", "series.metric"},
		{func(s *Series) { s.Kind = 9 }, "UPID_INVALID_VALUE", "series.kind"},
		{func(s *Series) { s.Pod = strings.Repeat("p", 254) }, "UPID_INVALID_KEY", "series.pod"},
		{func(s *Series) { s.Pod = "a\x00b" }, "UPID_INVALID_KEY", "series"},
		{func(s *Series) { s.StepMs = 0 }, "UPID_INVALID_STEP", "series.stepMs"},
		{func(s *Series) { s.TimestampsMs = []int64{1} }, "UPID_LENGTH_MISMATCH", "series"},
	} {
		s := series("web-2")
		bad.change(&s)
		_, err := usage.AddSeries(s)
		refused(t, err, bad.code, bad.path)
	}
	if !bytes.Equal(before, bytesOf(t, usage)) {
		t.Error("a refused series changed the Usage")
	}
}

// A Usage that nobody made is an error everywhere, not a crash, and not the same as none.
func TestZeroUsage(t *testing.T) {
	type job struct {
		name  string
		usage Usage
	}
	unmade := &(&job{name: "inside another struct"}).usage
	_, err := unmade.AddSeries(series("web-0"))
	refused(t, err, "UPID_INVALID_HANDLE", "usage")
	_, err = unmade.Bytes()
	refused(t, err, "UPID_INVALID_HANDLE", "usage")
	_, err = unmade.Len()
	refused(t, err, "UPID_INVALID_HANDLE", "usage")
	_, err = Call("timerange.parse", []byte(`{"text":"7d","now":0}`), unmade)
	refused(t, err, "UPID_INVALID_HANDLE", "usage")
	_, err = Analyze([]byte(`{}`), unmade, nil)
	refused(t, err, "UPID_INVALID_HANDLE", "usage")
	refused(t, usageOf(t).Merge(unmade), "UPID_INVALID_HANDLE", "other")
	refused(t, unmade.Close(), "UPID_INVALID_HANDLE", "usage")

	made := job{usage: *usageOf(t, "web-0")}
	if size, err := made.usage.Len(); err != nil || size != 1 {
		t.Error(size, err)
	}
	if err := made.usage.Close(); err != nil {
		t.Error(err)
	}
}

func TestNetwork(t *testing.T) {
	usage := usageOf(t)
	s := series("web-0")
	s.Container = ""
	sent := make([]float64, len(s.Values))
	for i := range sent {
		sent[i] = float64(i)
	}
	report, err := usage.AddNetwork(s, sent)
	if err != nil || report.Accepted != uint64(2*len(sent)) {
		t.Errorf("%+v, %v", report, err)
	}
	output, err := Call("usage.describe", []byte("{}"), usage)
	if err != nil || !strings.Contains(string(output), `{"metric":"NetworkBytesPerSecond","samples":8,`) {
		t.Error(string(output), err)
	}
	if _, err = usage.AddNetwork(Series{Namespace: "n", Pod: "p", StepMs: 1}, nil); err != nil {
		t.Error(err)
	}
	_, err = usage.AddNetwork(s, sent[1:])
	refused(t, err, "UPID_LENGTH_MISMATCH", "sent")
}

func TestMergeAndBytes(t *testing.T) {
	whole, left, right := usageOf(t, "a", "b"), usageOf(t, "a"), usageOf(t, "b")
	if err := left.Merge(right); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytesOf(t, whole), bytesOf(t, left)) {
		t.Error("the parts do not merge into the whole")
	}
	encoded := bytesOf(t, whole)
	decoded, err := UsageFromBytes(encoded)
	if err != nil || !bytes.Equal(encoded, bytesOf(t, decoded)) {
		t.Error(err)
	}
	output, err := Call("usage.merge", []byte(`{"parts":[]}`), whole)
	if err != nil {
		t.Fatal(err)
	}
	again, err := UsageFromJSON(output)
	if err != nil || !bytes.Equal(encoded, bytesOf(t, again)) {
		t.Error(err)
	}
	_, err = UsageFromJSON([]byte(`{"usage":"%"}`))
	refused(t, err, "UPID_CORRUPT_USAGE", "usage")
	_, err = UsageFromJSON(nil)
	refused(t, err, "UPID_EMPTY_INPUT", "json")
	refused(t, decoded.Merge(nil), "UPID_NULL_POINTER", "other")
	refused(t, decoded.Merge(decoded), "UPID_INVALID_VALUE", "other")
	if err := decoded.Close(); err != nil {
		t.Error(err)
	}
	_, err = decoded.Len()
	refused(t, err, "UPID_INVALID_HANDLE", "usage")
	for cut := range encoded {
		if _, err := UsageFromBytes(encoded[:cut]); err == nil {
			t.Fatalf("cut to %d bytes it was read", cut)
		}
	}
}

// Each goroutine sees its own error, though goroutines wander between threads.
func TestConcurrency(t *testing.T) {
	var group sync.WaitGroup
	for worker := 0; worker < 16; worker++ {
		group.Add(1)
		go func(name string) {
			defer group.Done()
			usage := usageOf(t)
			for round := 0; round < 50; round++ {
				var failure *Error
				if _, err := Call(name, []byte(`{}`), nil); !errors.As(err, &failure) || !strings.Contains(failure.Message, name) {
					t.Errorf("%s: %v", name, err)
				}
				s := series(name)
				s.StartMs += int64(round) * 86400000
				if _, err := usage.AddSeries(s); err != nil {
					t.Error(err)
				}
				runtime.Gosched()
			}
		}(fmt.Sprintf("no.operation%d", worker))
	}
	group.Wait()
}

func TestNothingLeaks(t *testing.T) {
	runtime.GC()
	start := liveHandles()
	for round := 0; round < 100; round++ {
		usage, err := NewUsage()
		if err != nil {
			t.Fatal(err)
		}
		if round%2 == 0 {
			_ = usage.Close()
		}
		_, _ = Call("timerange.parse", []byte(`{"text":"7d","now":"2026-03-15T00:00:00Z"}`), usage)
		_, _ = Call("timerange.parse", []byte(`{}`), nil)
	}
	// Finalizers run on a goroutine of their own.
	for wait := 0; wait < 100 && liveHandles() > start; wait++ {
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
	if left := liveHandles(); left > start {
		t.Errorf("%d handles before, %d after", start, left)
	}
}

// The vectors that all faces share.
func TestVectors(t *testing.T) {
	files, err := filepath.Glob("../../upid-core/tests/vectors/*.json")
	if err != nil || len(files) == 0 {
		t.Skip("no vectors beside this package")
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var vectors []struct {
			Name, Operation string
			Input           json.RawMessage
			Usage           []byte
			Output          *string
			Error           *struct{ Code, Path string }
		}
		if err := json.Unmarshal(text, &vectors); err != nil {
			t.Fatal(file, err)
		}
		for _, vector := range vectors {
			t.Run(vector.Name, func(t *testing.T) {
				var usage *Usage
				if vector.Usage != nil {
					if usage, err = UsageFromBytes(vector.Usage); err != nil {
						t.Fatal(err)
					}
				}
				input := []byte(vector.Input)
				var raw string
				if json.Unmarshal(input, &raw) == nil {
					input = []byte(raw)
				}
				output, err := Call(vector.Operation, input, usage)
				var failure *Error
				switch {
				case vector.Output != nil && (err != nil || string(output) != *vector.Output):
					t.Errorf("got %s, %v; want %s", output, err, *vector.Output)
				case vector.Error != nil && (!errors.As(err, &failure) || failure.Code != vector.Error.Code ||
					failure.Where.Path != vector.Error.Path):
					t.Errorf("got %s, %v; want %+v", output, err, *vector.Error)
				case vector.Output == nil && vector.Error == nil:
					t.Error("a vector has either output or error")
				}
			})
		}
	}
}
