package sched

import (
	"bytes"
	"os"
	"testing"
)

// recordedNames is the category of the names in the recorded traces: the
// course's, program.NameCategory.
const recordedNames = "goroutine"

func recorded(t *testing.T, name string) *Timeline {
	t.Helper()
	file, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	events, err := Read(file, recordedNames)
	if err != nil {
		t.Fatal(err)
	}
	return Interpret(events)
}

func byName(t *testing.T, timeline *Timeline, name string) *Goroutine {
	t.Helper()
	for _, g := range timeline.Goroutines {
		if g.Name == name {
			return g
		}
	}
	t.Fatalf("no goroutine has said that it is %q", name)
	return nil
}

// TestRecordedHandoff holds the reading of a real trace to what the program
// did: the reader lost its P in read(2), and work 1 got it on another thread.
func TestRecordedHandoff(t *testing.T) {
	timeline := recorded(t, "handoff.trace")
	reader, work := byName(t, timeline, "reader"), byName(t, timeline, "work 1")
	found := false
	for _, h := range timeline.Handoffs {
		if h.G == reader.ID && h.Next == work.ID {
			found = true
			if h.From == h.To || h.Until < h.At {
				t.Errorf("hand-off %+v", h)
			}
		}
	}
	if !found {
		t.Errorf("no hand-off from the reader to work 1 in %+v", timeline.Handoffs)
	}
	for _, b := range timeline.Blocked {
		if b.G == reader.ID && (b.Call != "syscall.read" || !b.Ended) {
			t.Errorf("blocked %+v", b)
		}
	}
	waiting := map[int64]bool{}
	for _, w := range timeline.Waits {
		waiting[w.G] = true
	}
	for _, name := range []string{"work 1", "work 2", "work 3"} {
		if g := byName(t, timeline, name); !waiting[g.ID] {
			t.Errorf("%s never stood in a queue", name)
		}
	}
	// One P: no two goroutines at once.
	for i, a := range timeline.Runs {
		for _, b := range timeline.Runs[i+1:] {
			if a.P == b.P && a.Overlap(b.Span) > 0 {
				t.Errorf("P%d ran G%d and G%d at once", a.P, a.G, b.G)
			}
		}
	}
}

func TestRecordedParallelism(t *testing.T) {
	timeline := recorded(t, "two-p.trace")
	a, b := byName(t, timeline, "lower"), byName(t, timeline, "upper")
	both, shorter := timeline.Overlap(a.ID, b.ID), min(timeline.Ran(a.ID), timeline.Ran(b.ID))
	if both < shorter/2 || both > shorter {
		t.Errorf("both ran for %v of %v", both, shorter)
	}
	for _, g := range []*Goroutine{a, b} {
		if g.Main == "" || g.Syscalls != 78 {
			t.Errorf("%s: function %q, %d system calls; want a function of main and 78 letters", g.Name, g.Main, g.Syscalls)
		}
	}
	if len(timeline.Procs) == 0 {
		t.Error("GOMAXPROCS is not known")
	}
}

func TestReadRefuses(t *testing.T) {
	whole, err := os.ReadFile("testdata/handoff.trace")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"nothing": nil,
		"text":    []byte("goroutine 1 [running]:\n"),
		"half":    whole[:len(whole)/2],
	} {
		if events, err := Read(bytes.NewReader(data), recordedNames); err == nil {
			t.Errorf("%s: %d events and no error", name, len(events))
		}
	}
}

// FuzzRead holds reading and interpreting to any bytes: an error or a
// timeline, and no span that ends before it begins.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"handoff.trace", "two-p.trace"} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		events, err := Read(bytes.NewReader(data), recordedNames)
		if err != nil {
			return
		}
		for _, r := range Interpret(events).Runs {
			if r.To < r.From {
				t.Errorf("run %+v", r)
			}
		}
	})
}
