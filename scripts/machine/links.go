package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"cachelab/affinity/topology/detect"
	"cachelab/cachelines/links"
)

// matrixColumns are the columns of the matrix; latencies are one way, in ns.
var matrixColumns = []string{"from", "to", "reported", "cas_ns", "cas_p10_ns", "cas_p90_ns", "load_store_ns", "samples"}

// printMatrix measures every pair of CPUs and writes each when it is measured. On
// an interrupt what was written stays.
func printMatrix(ctx context.Context, stdout, stderr io.Writer, asCSV bool) error {
	t, err := detect.Host()
	if err != nil {
		return err
	}
	if len(t.Usable()) < 2 {
		return fmt.Errorf("-links: a link takes two CPUs, and this process may use one")
	}
	row := func(cells []string) error {
		_, err := fmt.Fprintf(stdout, "%6s%6s  %-14s%10s%12s%12s%15s%9s\n", cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7])
		return err
	}
	if asCSV {
		w := csv.NewWriter(stdout)
		row = func(cells []string) error {
			_ = w.Write(cells) // Error reports it
			w.Flush()
			return w.Error()
		}
	}
	if err := row(matrixColumns); err != nil {
		return err
	}
	start, said := time.Now(), time.Now()
	return links.Matrix(ctx, t, links.Options{}, func(done, of int, l links.Link) error {
		if time.Since(said) > progressEvery {
			said = time.Now()
			left := time.Since(start) * time.Duration(of-done) / time.Duration(done)
			fmt.Fprintf(stderr, "machine: %d of %d pairs, about %v left\n", done, of, left.Round(time.Second))
		}
		return row(matrixRow(l))
	})
}

// progressEvery is seldom enough for a log and often enough for a person.
const progressEvery = 5 * time.Second

// matrixRow has no latencies where the workers ran in turns and none was measured.
func matrixRow(l links.Link) []string {
	ns := func(v float64) string {
		if l.Samples == 0 {
			return ""
		}
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return []string{
		strconv.Itoa(l.A), strconv.Itoa(l.B), l.Relation.String(),
		ns(l.CASNS), ns(l.CASP10), ns(l.CASP90), ns(l.LoadStoreNS), strconv.Itoa(l.Samples),
	}
}
