// Quickstart reads the demo's files, summarises samples and requests, analyses, and prints the report.
package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"upid"
)

func main() {
	log.SetFlags(0)
	folder := "../data/demo"
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	if err := run(folder); err != nil {
		log.Fatal(err)
	}
}

func run(folder string) error {
	read := func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(folder, name)) }
	snapshot, err := read("snapshot.json")
	if err != nil {
		return err
	}
	samples, err := read("samples.csv")
	if err != nil {
		return err
	}
	requests, err := read("requests.json")
	if err != nil {
		return err
	}
	config, err := read("config.json")
	if err != nil {
		return err
	}

	usage, err := upid.NewUsage()
	if err != nil {
		return err
	}
	defer usage.Close()
	if err := addSamples(usage, bytes.NewReader(samples)); err != nil {
		return err
	}
	if err := addRequests(usage, requests); err != nil {
		return err
	}
	analysis, err := upid.Analyze(snapshot, usage, config)
	if err != nil {
		return err
	}
	report, err := upid.Render(analysis, "Text")
	if err != nil {
		return err
	}
	fmt.Print(report)
	return nil
}

// addRequests: everything that is JSON goes through an operation; summaries merge in any order.
func addRequests(usage *upid.Usage, requests []byte) error {
	summarized, err := upid.Call("usage.summarize", requests, nil)
	if err != nil {
		return err
	}
	part, err := upid.UsageFromJSON(summarized)
	if err != nil {
		return err
	}
	defer part.Close()
	return usage.Merge(part)
}

// pod is the samples of one pod.
type pod struct {
	namespace, name, container  string
	timestampsMs                []int64
	cpu, memory, received, sent []float64
}

// addSamples reads timestamp, namespace, pod, container, cpu_cores, memory_bytes, network_rx_…, network_tx_…; the rows
// of a pod stand together.
func addSamples(usage *upid.Usage, file io.Reader) error {
	rows := csv.NewReader(file)
	rows.ReuseRecord = true
	if _, err := rows.Read(); err != nil {
		return err
	}
	var current pod
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return current.flush(usage)
		}
		if err != nil {
			return err
		}
		if row[2] != current.name {
			if err := current.flush(usage); err != nil {
				return err
			}
			current = pod{namespace: row[1], name: row[2], container: row[3]}
		}
		seconds, err := strconv.ParseInt(row[0], 10, 64)
		if err != nil {
			return err
		}
		current.timestampsMs = append(current.timestampsMs, seconds*1000)
		current.cpu = append(current.cpu, number(row[4]))
		current.memory = append(current.memory, number(row[5]))
		current.received = append(current.received, number(row[6]))
		current.sent = append(current.sent, number(row[7]))
	}
}

// number reads a field; missing is not zero.
func number(field string) float64 {
	value, err := strconv.ParseFloat(field, 64)
	if err != nil {
		return math.NaN()
	}
	return value
}

// flush hands the samples to the library, which keeps only their summary.
func (p *pod) flush(usage *upid.Usage) error {
	if len(p.timestampsMs) == 0 {
		return nil
	}
	series := upid.Series{
		Namespace: p.namespace, Pod: p.name, Container: p.container, TimestampsMs: p.timestampsMs,
		Metric: "cpu", Values: p.cpu,
	}
	if _, err := usage.AddSeries(series); err != nil {
		return err
	}
	series.Metric, series.Values = "memory", p.memory
	if _, err := usage.AddSeries(series); err != nil {
		return err
	}
	// The network belongs to the pod, not to one of its containers.
	series.Container, series.Values = "", p.received
	_, err := usage.AddNetwork(series, p.sent)
	return err
}
