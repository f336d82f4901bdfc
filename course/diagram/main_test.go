package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cachelab/course/internal/program"
	"cachelab/internal/cli"
	"cachelab/internal/golden"
	"cachelab/internal/sched"
)

func recorded(t *testing.T, name string) *sched.Timeline {
	t.Helper()
	return read(t, "../../internal/sched/testdata/"+name)
}

func read(t *testing.T, path string) *sched.Timeline {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	events, err := sched.Read(file, program.NameCategory)
	if err != nil {
		t.Fatal(err)
	}
	return sched.Interpret(events)
}

// TestGolden draws recorded traces and compares with drawings that were
// looked at.
func TestGolden(t *testing.T) {
	for program, trace := range map[string]string{"handoff": "handoff.trace", "two-p": "two-p.trace"} {
		t.Run(program, func(t *testing.T) {
			timeline := recorded(t, trace)
			p, _ := find(program)
			title, ok := p.title(timeline, false)
			if !ok {
				t.Fatalf("the recorded trace does not show what the diagram is about: %q", title)
			}
			var svg bytes.Buffer
			if err := draw(&svg, timeline, labels{title: title, facts: "recorded", command: "go test"}); err != nil {
				t.Fatal(err)
			}
			golden.Compare(t, program+".svg", svg.Bytes())
		})
	}
}

// TestSays holds a drawing to what a reader must find in it without a legend.
func TestSays(t *testing.T) {
	timeline := recorded(t, "handoff.trace")
	title, _ := handoffTitle(timeline, false)
	var svg bytes.Buffer
	draw(&svg, timeline, labels{title: title})
	text := wellFormed(t, svg.Bytes())
	for _, want := range []string{"Hand-off: G", "blocks in a system call and keeps M0", "P0", "queue", "thread",
		"work 1", "work 2", "work 3", "hand-off: P0 from M", "keeps G", "blocked in read", "no P"} {
		if !strings.Contains(text, want) {
			t.Errorf("the drawing does not say %q", want)
		}
	}
}

// wellFormed parses an SVG and returns its text.
func wellFormed(t *testing.T, svg []byte) string {
	t.Helper()
	var text strings.Builder
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return text.String()
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		if chars, ok := token.(xml.CharData); ok {
			text.Write(chars)
		}
	}
}

// recordedOn is where the traces of the lesson's pictures were recorded.
const recordedOn = "go1.26.8 linux/amd64, 2 CPUs"

// TestCommitted holds the lesson's pictures to the traces that they are drawn from, which
// were recorded on an idle machine.
func TestCommitted(t *testing.T) {
	for _, d := range drawings {
		timeline := read(t, "testdata/"+d.name+".trace")
		title, ok := d.title(timeline, false)
		if !ok {
			t.Errorf("%s: the recorded trace does not show what the diagram is about: %q", d.name, title)
			continue
		}
		of, _, _ := strings.Cut(facts(d), ", ")
		var svg bytes.Buffer
		if err := draw(&svg, timeline, labels{title: title, facts: of + ", " + recordedOn, command: "go run ./course/diagram " + d.name}); err != nil {
			t.Fatal(err)
		}
		wellFormed(t, svg.Bytes())
		golden.File(t, "../diagrams/"+d.name+".svg", svg.Bytes())
	}
}

func TestTitlesRefuse(t *testing.T) {
	empty := &sched.Timeline{}
	parallel, handoff := recorded(t, "two-p.trace"), recorded(t, "handoff.trace")
	for _, c := range []struct {
		program string
		t       *sched.Timeline
	}{
		{"handoff", empty}, {"one-p", empty}, {"two-p", empty}, {"timeslicing", empty},
		{"one-p", parallel}, {"timeslicing", parallel}, {"handoff", parallel}, {"two-p", handoff},
	} {
		p, _ := find(c.program)
		if title, ok := p.title(c.t, false); ok {
			t.Errorf("%s claims %q of a trace that does not show it", c.program, title)
		}
	}
}

// TestMarks: a hand-off is marked; a picture with many is not buried in marks.
func TestMarks(t *testing.T) {
	timeline := recorded(t, "handoff.trace")
	p := &picture{t: timeline, window: windowOf(timeline), colour: map[int64]int{}}
	for i, g := range named(timeline) {
		p.colour[g.ID] = i
	}
	if n := len(p.marks()); n == 0 || n > mostMarks {
		t.Errorf("%d marks, want 1 to %d", n, mostMarks)
	}
	for len(timeline.Handoffs) <= mostMarks {
		timeline.Handoffs = append(timeline.Handoffs, timeline.Handoffs...)
	}
	if n := len(p.marks()); n != 0 {
		t.Errorf("%d marks of %d hand-offs, want none", n, len(timeline.Handoffs))
	}
}

// TestNotch: the end of a time slice is marked in a run that lasts longer, and
// in no other.
func TestNotch(t *testing.T) {
	for length, want := range map[time.Duration]bool{9 * time.Millisecond: false, 15 * time.Millisecond: true} {
		timeline := &sched.Timeline{
			Goroutines: map[int64]*sched.Goroutine{5: {ID: 5, Name: "A", Life: sched.Span{To: length}}},
			Ms:         []int64{1}, End: length,
			Runs: []sched.Run{{Span: sched.Span{To: length}, G: 5, M: 1}},
		}
		var svg bytes.Buffer
		draw(&svg, timeline, labels{})
		wellFormed(t, svg.Bytes())
		if got := strings.Contains(svg.String(), "the time slice is used up"); got != want {
			t.Errorf("a run of %v has a notch: %v, want %v", length, got, want)
		}
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		length, step time.Duration
	}{
		{1500 * time.Microsecond, 100 * time.Microsecond},
		{190 * time.Millisecond, 10 * time.Millisecond},
		{239 * time.Millisecond, 10 * time.Millisecond},
		{time.Second, 50 * time.Millisecond},
		{7 * time.Nanosecond, 1 * time.Nanosecond},
	} {
		step, at := ticks(c.length)
		if step != c.step || at[len(at)-1] > c.length {
			t.Errorf("%v: steps of %v up to %v, want %v", c.length, step, at[len(at)-1], c.step)
		}
	}
}

func TestRun(t *testing.T) {
	out := filepath.Join(t.TempDir(), "x.svg")
	var stdout, stderr bytes.Buffer
	// The flag behind the program, as people type it.
	if err := run(t.Context(), &stdout, &stderr, []string{"one-p", "-o", out}); err != nil {
		t.Fatal(err)
	}
	svg, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, svg)
	if !strings.Contains(stdout.String(), "Concurrency: one P runs") {
		t.Errorf("printed %q", &stdout)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"nothing"}, {"one-p", "two-p"}, {"one-p", "-x"}} {
		if err := run(t.Context(), io.Discard, io.Discard, args); cli.Code(err) != cli.Usage {
			t.Errorf("%q: %v, want a usage error", args, err)
		}
	}
	var help bytes.Buffer
	if err := run(t.Context(), io.Discard, &help, []string{"-h"}); !errors.Is(err, flag.ErrHelp) || !strings.Contains(help.String(), "timeslicing") {
		t.Errorf("-h: %v, %q", err, &help)
	}
}

// TestAnyPackage: a program that knows nothing of the tracer is traced and drawn, and its
// goroutines, which have no names, are drawn in colour and not called main.
func TestAnyPackage(t *testing.T) {
	out := filepath.Join(t.TempDir(), "x.svg")
	var stdout bytes.Buffer
	if err := run(t.Context(), &stdout, io.Discard, []string{"./testdata/plain", "-o", out}); err != nil {
		t.Fatal(err)
	}
	// On a busy machine one is still on its way out when the trace stops.
	if !strings.Contains(stdout.String(), "3 were started, ") {
		t.Errorf("printed %q", &stdout)
	}
	svg, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	text := wellFormed(t, svg)
	if strings.Count(string(svg), tints[0]) == 0 || strings.Contains(text, "G18 main") {
		t.Errorf("no goroutine has a colour:\n%s", text)
	}
}

// TestTraceFile draws a recorded trace.
func TestTraceFile(t *testing.T) {
	out := filepath.Join(t.TempDir(), "x.svg")
	var stdout bytes.Buffer
	if err := run(t.Context(), &stdout, io.Discard, []string{"../../internal/sched/testdata/two-p.trace", "-o", out}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(stdout.String(), "2 Ps ran goroutines") {
		t.Errorf("printed %q", &stdout)
	}
	if err := run(t.Context(), io.Discard, io.Discard, []string{"main_test.svg", "-o", out}); err == nil {
		t.Error("a file that is not there is drawn")
	}
}
