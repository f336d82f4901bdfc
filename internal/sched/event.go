// Package sched reads the runtime's execution traces and says who ran where:
// which goroutine (G) ran on which P, on which thread (M), who waited in a queue
// meanwhile, and where a P changed hands.
//
// Reading and interpreting are apart: [Read] turns a trace into a list of plain
// events, and [Interpret] is a pure function of such a list.
package sched

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/exp/trace"
)

// None stands for no goroutine, P or M, as in golang.org/x/exp/trace.
const None = -1

// Kind is what an Event reports.
type Kind int

const (
	// GoState: goroutine Event.Subject goes from one state to another.
	GoState Kind = iota
	// ProcState: P number Event.Subject starts or stops.
	ProcState
	// Named: the running goroutine says its name, Event.Text.
	Named
	// Procs: GOMAXPROCS is Event.Subject.
	Procs
	// Logged: the running goroutine logs Event.Text under Event.Category.
	Logged
)

// State is what a goroutine, or a P, is doing.
type State int

const (
	Unknown  State = iota // the trace does not tell
	Gone                  // not there yet, or not any more
	Runnable              // in a queue
	Running               // a goroutine: on a P. A P: held by a thread
	Waiting               // for a channel, a lock, a timer
	Syscall               // in a system call
	Idle                  // a P that no thread holds
)

// Event is one line of a trace, as far as the scheduler is concerned.
type Event struct {
	At       time.Duration // since the trace began
	Kind     Kind
	Subject  int64
	From, To State
	G, P, M  int64  // where it happened: the state before the event; None where unknown
	Text     string // Named: the name. A state: the runtime's reason, such as "chan receive"
	Func     string // the innermost function on the stack of the goroutine concerned
	Main     string // the outermost function of package main on it, if any
	Category string // Logged: the category of the log event
}

// Read reads a trace as runtime/trace writes it. A log event of the category names
// gives the goroutine its name; with an empty category nobody gets one. Log events
// of other categories are kept as they are. The error says what is wrong with the
// trace, or is the reader's own.
func Read(r io.Reader, names string) (events []Event, err error) {
	// The library panics on some damaged traces, as fuzzing has found
	// (testdata/fuzz); a damaged file is no bug of this program.
	defer func() {
		if reason := recover(); reason != nil {
			events, err = nil, fmt.Errorf("a damaged trace: %v", reason)
		}
	}()

	reader, err := trace.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("not an execution trace: %w", err)
	}
	var begin trace.Time
	for begun := false; ; {
		e, err := reader.ReadEvent()
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the trace: %w", err)
		}
		if !begun {
			begin, begun = e.Time(), true
		}
		event, ok := convert(e, names)
		if !ok {
			continue
		}
		event.At = time.Duration(e.Time() - begin)
		event.G, event.P, event.M = int64(e.Goroutine()), int64(e.Proc()), int64(e.Thread())
		events = append(events, event)
	}
}

// convert takes from a trace's event what concerns the scheduler; ok is false
// where that is nothing.
func convert(e trace.Event, names string) (event Event, ok bool) {
	switch e.Kind() {
	case trace.EventLog:
		l := e.Log()
		if names != "" && l.Category == names {
			return Event{Kind: Named, Subject: int64(e.Goroutine()), Text: l.Message}, true
		}
		return Event{Kind: Logged, Subject: int64(e.Goroutine()), Text: l.Message, Category: l.Category}, true
	case trace.EventMetric:
		m := e.Metric()
		if m.Name != "/sched/gomaxprocs:threads" || m.Value.Kind() != trace.ValueUint64 {
			return Event{}, false
		}
		return Event{Kind: Procs, Subject: int64(m.Value.Uint64())}, true
	case trace.EventStateTransition:
		return convertState(e.StateTransition())
	}
	return Event{}, false
}

func convertState(st trace.StateTransition) (event Event, ok bool) {
	switch st.Resource.Kind {
	case trace.ResourceGoroutine:
		from, to := st.Goroutine()
		event = Event{
			Kind: GoState, Subject: int64(st.Resource.Goroutine()),
			From: goStates[from], To: goStates[to], Text: st.Reason,
		}
		for frame := range st.Stack.Frames() {
			if event.Func == "" {
				event.Func = frame.Func
			}
			if strings.HasPrefix(frame.Func, "main.") {
				event.Main = frame.Func
			}
		}
		return event, true
	case trace.ResourceProc:
		from, to := st.Proc()
		return Event{
			Kind: ProcState, Subject: int64(st.Resource.Proc()),
			From: procStates[from], To: procStates[to], Text: st.Reason,
		}, true
	}
	return Event{}, false
}

var goStates = map[trace.GoState]State{
	trace.GoNotExist: Gone,
	trace.GoRunnable: Runnable,
	trace.GoRunning:  Running,
	trace.GoWaiting:  Waiting,
	trace.GoSyscall:  Syscall,
}

var procStates = map[trace.ProcState]State{
	trace.ProcNotExist: Gone,
	trace.ProcRunning:  Running,
	trace.ProcIdle:     Idle,
}
