package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"testing"
	"time"

	exptrace "golang.org/x/exp/trace"
)

// These tests read a trace a second time, without package sched: only as lists
// of what each goroutine and each P was from when on. Then they look at a picture as a
// reader does, box by box, and ask the lists whether its label is true at its place.

// from is a goroutine or a P that is in a state from a time on.
type from struct {
	at     time.Duration
	state  string
	p, m   int64
	reason string
}

// raw is a trace as lists.
type raw struct {
	gs, ps  map[int64][]from
	threads []int64 // in order of appearance
	names   map[int64]string
	end     time.Duration
}

func readRaw(t *testing.T, data []byte) *raw {
	t.Helper()
	reader, err := exptrace.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	r := &raw{gs: map[int64][]from{}, ps: map[int64][]from{}, names: map[int64]string{}}
	begin := exptrace.Time(-1)
	for {
		e, err := reader.ReadEvent()
		if errors.Is(err, io.EOF) {
			return r
		}
		if err != nil {
			t.Fatal(err)
		}
		if begin < 0 {
			begin = e.Time()
		}
		r.add(e, time.Duration(e.Time()-begin))
	}
}

func (r *raw) add(e exptrace.Event, at time.Duration) {
	switch e.Kind() {
	case exptrace.EventLog:
		if l := e.Log(); l.Category == "goroutine" {
			r.names[int64(e.Goroutine())] = l.Message
		}
		r.seen(e, at)
	case exptrace.EventMetric:
		if e.Metric().Name == "/sched/gomaxprocs:threads" {
			r.seen(e, at)
		}
	case exptrace.EventStateTransition:
		st := e.StateTransition()
		f := from{at: at, p: int64(e.Proc()), m: int64(e.Thread()), reason: st.Reason}
		switch st.Resource.Kind {
		case exptrace.ResourceGoroutine:
			_, to := st.Goroutine()
			f.state = to.String()
			g := int64(st.Resource.Goroutine())
			r.gs[g] = append(r.gs[g], f)
			r.seen(e, at)
		case exptrace.ResourceProc:
			_, to := st.Proc()
			f.state = to.String()
			p := int64(st.Resource.Proc())
			r.ps[p] = append(r.ps[p], f)
			r.seen(e, at)
		}
	}
}

func (r *raw) seen(e exptrace.Event, at time.Duration) {
	r.end = at
	if m := int64(e.Thread()); m != int64(exptrace.NoThread) && !slices.Contains(r.threads, m) {
		r.threads = append(r.threads, m)
	}
}

// index is the number of the state that holds at a time; -1 before the first.
func index(list []from, at time.Duration) int {
	i := slices.IndexFunc(list, func(f from) bool { return f.at > at })
	if i < 0 {
		i = len(list)
	}
	return i - 1
}

// stretch is the time around a moment for which a list keeps its state.
func (r *raw) stretch(list []from, at time.Duration) (begin, end time.Duration, f from) {
	i := index(list, at)
	if i < 0 {
		return 0, 0, from{}
	}
	end = r.end
	if i+1 < len(list) {
		end = list[i+1].at
	}
	return list[i].at, end, list[i]
}

// holder is the thread that holds a P at a moment.
func (r *raw) holder(p int64, at time.Duration) (m int64, ok bool) {
	_, _, f := r.stretch(r.ps[p], at)
	return f.m, f.state == "Running"
}

// slice is a goroutine with a P: from becoming Running on it to losing it.
type slice struct {
	begin, end time.Duration
	p, m       int64
	calls      int
	ended      string
}

// slices lists when a goroutine had a P.
func (r *raw) slices(g int64) (list []slice) {
	states := r.gs[g]
	for i := 0; i < len(states); i++ {
		if states[i].state != "Running" {
			continue
		}
		s := slice{begin: states[i].at, p: states[i].p, m: states[i].m, end: r.end, ended: "still running"}
		for i++; i < len(states); i++ {
			f := states[i]
			if s.ended = ended(f); s.ended != "" {
				s.end = f.at
				break
			}
			if f.state == "Syscall" {
				s.calls++
				until := r.end
				if i+1 < len(states) {
					until = states[i+1].at
				}
				if lost, ok := r.loses(s.p, f.at, until); ok {
					s.end, s.ended = lost, "system call"
					break
				}
			}
			s.ended, s.end = "still running", r.end
		}
		list = append(list, s)
	}
	return list
}

// ended is how a slice ends with a state; empty for a state that keeps the P.
func ended(f from) string {
	switch f.state {
	case "Running", "Syscall":
		return ""
	case "NotExist":
		return "end"
	}
	if f.reason == "" {
		return "stopped"
	}
	return f.reason
}

// loses reports when a P goes idle in a span.
func (r *raw) loses(p int64, begin, end time.Duration) (at time.Duration, ok bool) {
	for _, f := range r.ps[p] {
		if f.state == "Idle" && f.at >= begin && f.at <= end {
			return f.at, true
		}
	}
	return 0, false
}

func (r *raw) sliceAt(g int64, at time.Duration) (slice, bool) {
	for _, s := range r.slices(g) {
		if s.begin <= at && at < s.end {
			return s, true
		}
	}
	return slice{}, false
}

// label is what the pictures call a goroutine.
func (r *raw) label(g int64) string {
	if name := r.names[g]; name != "" {
		return fmt.Sprintf("G%d %s", g, name)
	}
	if g == 1 {
		return "G1 main"
	}
	return fmt.Sprintf("G%d", g)
}

// window is the time that a picture shows: from the beginning of the first goroutine with
// a name to the end of the last, and a margin of 2% of it.
func (r *raw) window() (begin, end time.Duration) {
	begin = math.MaxInt64
	for g := range r.names {
		states := r.gs[g]
		begin = min(begin, states[0].at)
		last := r.end
		if f := states[len(states)-1]; f.state == "NotExist" {
			last = f.at
		}
		end = max(end, last)
	}
	extra := time.Duration(0.02 * float64(end-begin))
	return max(0, begin-extra), min(r.end, end+extra)
}
