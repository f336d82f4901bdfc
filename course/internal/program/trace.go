package program

import (
	"context"
	"fmt"
	"os"
	"runtime/trace"
)

// The runtime's execution tracer watches the programs of the course for
// course/diagram and course/check. It watches from outside, in a process of its own.
// The trace then holds the program's goroutines and the runtime's, and none of the
// tool that draws or judges them. GOMAXPROCS, the CPU mask and a crash stay with the
// program. And what is traced is the very program that a reader starts with go run.

// TraceFileVariable names the environment variable with the file to trace to. It is a
// variable and not a flag because tracing is not the program's own business.
const TraceFileVariable = "COURSE_TRACE"

// NameCategory is the category of the log events that carry a goroutine's
// name, see Name.
const NameCategory = "goroutine"

// StartTrace begins a trace if the environment asks for one. It returns the function
// that ends it, to be called when the program's work is done:
//
//	defer program.StartTrace()()
//
// Without the request both do nothing. If the trace cannot be written, the program
// ends with exit code 1.
func StartTrace() (stop func()) {
	name := os.Getenv(TraceFileVariable)
	if name == "" {
		return func() {}
	}
	file, err := os.Create(name)
	if err == nil {
		err = trace.Start(file)
	}
	if err != nil {
		failTrace(err)
	}
	return func() {
		trace.Stop()
		if err := file.Close(); err != nil {
			failTrace(err)
		}
	}
}

func failTrace(err error) {
	fmt.Fprintf(os.Stderr, "tracing to the file in %s: %v\n", TraceFileVariable, err)
	os.Exit(1)
}

// Name gives the calling goroutine a name in the trace. Without a trace it does
// nothing. The runtime itself knows goroutines only by number.
func Name(name string) {
	trace.Log(context.Background(), NameCategory, name)
}
