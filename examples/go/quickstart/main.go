// Quickstart reads the demo's files, summarises the samples, analyses, and prints the report.
package main

import (
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
	snapshot, err := os.ReadFile(filepath.Join(folder, "snapshot.json"))
	if err != nil {
		return err
	}
	samples, err := os.Open(filepath.Join(folder, "samples.csv"))
	if err != nil {
		return err
	}
	defer samples.Close()

	usage, err := upid.NewUsage()
	if err != nil {
		return err
	}
	defer usage.Close()
	if err := addSamples(usage, samples); err != nil {
		return err
	}
	analysis, err := upid.Analyze(snapshot, usage, nil)
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

// pod is the samples of one pod.
type pod struct {
	namespace, name, container string
	timestampsMs               []int64
	cpu, memory, network       []float64
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
		current.network = append(current.network, number(row[6])+number(row[7]))
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
	for _, column := range []struct {
		metric, container string
		values            []float64
	}{
		{"cpu", p.container, p.cpu},
		{"memory", p.container, p.memory},
		{"network", "", p.network}, // known per pod, not per container
	} {
		_, err := usage.AddSeries(upid.Series{
			Namespace: p.namespace, Pod: p.name, Container: column.container, Metric: column.metric,
			TimestampsMs: p.timestampsMs, Values: column.values,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
