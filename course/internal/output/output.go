// Package output is the standard output of the course's programs: they print
// from goroutines that have nobody to return an error to.
package output

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
)

// Writer passes on what is written and keeps the first error.
type Writer struct {
	W     io.Writer
	first atomic.Pointer[error]
}

func (w *Writer) Write(p []byte) (int, error) {
	n, err := w.W.Write(p)
	if err != nil {
		w.first.CompareAndSwap(nil, &err)
	}
	return n, err
}

// Err is the first error, nil where there was none.
func (w *Writer) Err() error {
	if first := w.first.Load(); first != nil {
		return *first
	}
	return nil
}

// Check ends the program with a line and exit code 1 where something could
// not be written.
func (w *Writer) Check(program string) {
	if err := w.Err(); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", program, err)
		os.Exit(1)
	}
}
