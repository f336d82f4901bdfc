// Package traced lets the programs of the course be watched by the runtime's
// execution tracer, by course/diagram and course/check.
//
// They are watched from outside, in a process of their own: the trace then
// holds the program's goroutines and the runtime's, and none of the tool that
// draws or judges them; GOMAXPROCS, the CPU mask and a crash stay with the program;
// and what is traced is the very program that a reader starts with go run.
package traced

import (
	"context"
	"fmt"
	"os"
	"runtime/trace"
)

// FileVariable names the environment variable with the file to trace to. A
// variable and not a flag, because it is not the program's own business.
const FileVariable = "COURSE_TRACE"

// NameCategory is the category of the log events that carry a goroutine's
// name, see Name.
const NameCategory = "goroutine"

// Start begins a trace where the program's starter asked for one, and returns
// what ends it, to be called when the program's work is done:
//
//	defer traced.Start()()
//
// Without the request both do nothing. A trace that cannot be written is the
// starter's mistake and ends the program with exit code 1.
func Start() (stop func()) {
	name := os.Getenv(FileVariable)
	if name == "" {
		return func() {}
	}
	file, err := os.Create(name)
	if err == nil {
		err = trace.Start(file)
	}
	if err != nil {
		fail(err)
	}
	return func() {
		trace.Stop()
		if err := file.Close(); err != nil {
			fail(err)
		}
	}
}

func fail(err error) {
	fmt.Fprintf(os.Stderr, "tracing to the file in %s: %v\n", FileVariable, err)
	os.Exit(1)
}

// Name gives the calling goroutine a name in the trace; without a trace it does
// nothing. The runtime itself only knows goroutines by number.
func Name(name string) {
	trace.Log(context.Background(), NameCategory, name)
}
