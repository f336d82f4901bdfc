package program

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
)

// Output is the standard output of a program. It passes on what goroutines write
// and keeps the first error, because a goroutine has nobody to return it to.
type Output struct {
	W     io.Writer
	first atomic.Pointer[error]
}

func (o *Output) Write(p []byte) (int, error) {
	n, err := o.W.Write(p)
	if err != nil {
		o.first.CompareAndSwap(nil, &err)
	}
	return n, err
}

// Err returns the first error, or nil.
func (o *Output) Err() error {
	if first := o.first.Load(); first != nil {
		return *first
	}
	return nil
}

// Check ends the program with a line and exit code 1 if something could not be
// written.
func (o *Output) Check(program string) {
	if err := o.Err(); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", program, err)
		os.Exit(1)
	}
}
