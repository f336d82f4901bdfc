package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"strings"
	"testing"

	"cachelab/affinity"
)

// afterLines cancels a context when so many lines were written.
type afterLines struct {
	bytes.Buffer
	lines  int
	cancel context.CancelFunc
}

func (w *afterLines) Write(p []byte) (int, error) {
	if w.lines -= bytes.Count(p, []byte("\n")); w.lines <= 0 {
		w.cancel()
	}
	return w.Buffer.Write(p)
}

// The matrix of all pairs is written link by link, as a table or as comma-separated
// values, and what was written before an interrupt stays.
func TestLinksAreWrittenOneByOne(t *testing.T) {
	allowed, err := affinity.Allowed()
	if err != nil || len(allowed) < 2 || !affinity.Support().Pin {
		t.Skipf("want two CPUs that can be pinned to, have %v (%v)", allowed, err)
	}
	for _, args := range [][]string{{"-links", "all", "-csv"}, {"-links", "all"}} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		out := &afterLines{lines: 2, cancel: cancel}
		// On two CPUs the only pair is written, and there is nothing to interrupt.
		if err := run(ctx, out, io.Discard, args); (err == nil) != (len(allowed) == 2) {
			t.Fatalf("%q: error %v with %d CPUs", args, err, len(allowed))
		}
		rows := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(rows) != 2 {
			t.Fatalf("%q: want a header and one link, got %q", args, rows)
		}
		if len(args) < 3 {
			continue
		}
		cells, err := csv.NewReader(out).ReadAll()
		if err != nil || strings.Join(cells[0], " ") != strings.Join(matrixColumns, " ") || len(cells[1]) != len(matrixColumns) {
			t.Errorf("%q: %v", cells, err)
		}
	}
}
