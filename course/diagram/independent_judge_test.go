package main

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// box is a rectangle of a picture with its tooltip.
type box struct {
	x, y, w, h float64
	begin, end time.Duration
	label      string
}

var rect = regexp.MustCompile(`<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"[^>]*><title>([^<]*)</title></rect>`)

func (r *raw) boxes(svg string) (list []box) {
	begin, end := r.window()
	at := func(x float64) time.Duration {
		return begin + time.Duration((x-leftEdge)/(rightEdge-leftEdge)*float64(end-begin))
	}
	for _, m := range rect.FindAllStringSubmatch(svg, -1) {
		n := func(i int) float64 { v, _ := strconv.ParseFloat(m[i], 64); return v }
		b := box{x: n(1), y: n(2), w: n(3), h: n(4), label: m[5]}
		b.begin, b.end = at(b.x), at(b.x+b.w)
		list = append(list, b)
	}
	return list
}

// claims are the forms of tooltips, and what the lists must say in the middle of the box. The
// answer is what the label should be.
var claims = []struct {
	form *regexp.Regexp
	says func(r *raw, at time.Duration, m []string) string
}{
	{regexp.MustCompile(`^G(\d+).* runs for .* on P\d+ and M\d+.*; then: .*$`), func(r *raw, at time.Duration, m []string) string {
		s, ok := r.sliceAt(number(m[1]), at)
		if !ok {
			return "it does not run"
		}
		calls := ""
		if s.calls > 0 {
			calls = fmt.Sprintf(", %d system calls in which it keeps its P", s.calls)
		}
		return fmt.Sprintf("%s runs for %s on P%d and M%d%s; then: %s", r.label(number(m[1])), length(s.end-s.begin), s.p, slices.Index(r.threads, s.m), calls, s.ended)
	}},
	{regexp.MustCompile(`^M\d+, operating-system thread \d+, holds P(\d+) for .*$`), func(r *raw, at time.Duration, m []string) string {
		begin, end, f := r.stretch(r.ps[number(m[1])], at)
		return fmt.Sprintf("M%d, operating-system thread %d, holds P%s for %s", slices.Index(r.threads, f.m), f.m, m[1], length(end-begin)) + unless(f.state, "Running")
	}},
	{regexp.MustCompile(`^G(\d+).* waits in a queue for .*$`), func(r *raw, at time.Duration, m []string) string {
		begin, end, f := r.stretch(r.gs[number(m[1])], at)
		return fmt.Sprintf("%s waits in a queue for %s", r.label(number(m[1])), length(end-begin)) + unless(f.state, "Runnable")
	}},
	{regexp.MustCompile(`^G(\d+).* waits for .*, without a thread and a P$`), func(r *raw, at time.Duration, m []string) string {
		begin, end, f := r.stretch(r.gs[number(m[1])], at)
		return fmt.Sprintf("%s waits for %s (%s), without a thread and a P", r.label(number(m[1])), length(end-begin), f.reason) + unless(f.state, "Waiting")
	}},
	{regexp.MustCompile(`^M\d+ keeps G(\d+).*: blocked in (\w+), operating-system thread \d+, for .*$`), func(r *raw, at time.Duration, m []string) string {
		begin, end, f := r.stretch(r.gs[number(m[1])], at)
		if holder, held := r.holder(f.p, at); held && holder == f.m {
			return "its thread still holds the P"
		}
		return fmt.Sprintf("M%d keeps %s: blocked in %s, operating-system thread %d, for %s", slices.Index(r.threads, f.m), r.label(number(m[1])), m[2], f.m, length(end-begin)) + unless(f.state, "Syscall")
	}},
	{regexp.MustCompile(`^G(\d+).* in a system call, with its P, for .*$`), func(r *raw, at time.Duration, m []string) string {
		begin, end, f := r.stretch(r.gs[number(m[1])], at)
		if lost, ok := r.loses(f.p, begin, end); ok {
			end = lost
		}
		return fmt.Sprintf("%s in a system call, with its P, for %s", r.label(number(m[1])), length(end-begin)) + unless(f.state, "Syscall")
	}},
	{regexp.MustCompile(`^P(\d+) runs no goroutine for (.*)$`), func(r *raw, at time.Duration, m []string) string {
		for g := range r.gs {
			if s, ok := r.sliceAt(g, at); ok && s.p == number(m[1]) {
				return fmt.Sprintf("it runs G%d", g)
			}
		}
		return m[0]
	}},
}

func unless(state, want string) string {
	if state != want {
		return fmt.Sprintf(" (but it is %s)", state)
	}
	return ""
}

func number(s string) int64 { n, _ := strconv.ParseInt(s, 10, 64); return n }

// judgeBox asks the lists about a box: in the middle, and near both ends. A box that would
// be narrower than a pixel is drawn a pixel wide: its label must be true at some moment
// that the pixel covers.
func (r *raw) judgeBox(t *testing.T, b box) {
	t.Helper()
	for _, c := range claims {
		m := c.form.FindStringSubmatch(b.label)
		if m == nil {
			continue
		}
		says := func(at time.Duration) string { return c.says(r, at, m) }
		if b.w <= 1 {
			if !slices.ContainsFunc(r.changes(b), func(at time.Duration) bool { return says(at) == b.label }) {
				t.Errorf("near %v the picture says %q, and the trace does not", b.begin, b.label)
			}
			return
		}
		for _, part := range []float64{0.5, 0.1, 0.9} {
			at := b.begin + time.Duration(part*float64(b.end-b.begin))
			if b.w < 3 && part != 0.5 {
				continue // x has a tenth of a pixel
			}
			if got := says(at); got != b.label {
				t.Errorf("at %v the picture says %q, and the trace %q", at, b.label, got)
			}
		}
		return
	}
	t.Errorf("nothing is known of the label %q", b.label)
}

// changes are the moments around a narrow box at which any goroutine or P changes.
func (r *raw) changes(b box) (list []time.Duration) {
	for _, all := range []map[int64][]from{r.gs, r.ps} {
		for _, states := range all {
			for _, f := range states {
				if f.at >= 2*b.begin-b.end && f.at <= b.end {
					list = append(list, f.at)
				}
			}
		}
	}
	return list
}

var textLabel = regexp.MustCompile(`<text x="([\d.]+)" y="([\d.]+)"[^>]*>([GM]\d+)([^<]*)</text>`)

// judgeTexts holds each text that begins with a goroutine or a thread to the box in which
// it is.
func judgeTexts(t *testing.T, boxes []box, svg string) (n int) {
	t.Helper()
	for _, m := range textLabel.FindAllStringSubmatch(svg, -1) {
		x, _ := strconv.ParseFloat(m[1], 64)
		y, _ := strconv.ParseFloat(m[2], 64)
		inside := func(b box) bool {
			return b.x <= x && x <= b.x+b.w && b.y <= y && y <= b.y+b.h && strings.HasPrefix(b.label, m[3]+" ") || strings.HasPrefix(b.label, m[3]+",") && b.x <= x && x <= b.x+b.w && b.y <= y && y <= b.y+b.h
		}
		if !slices.ContainsFunc(boxes, inside) {
			t.Errorf("the text %s%s is in no box of its own", m[3], m[4])
		}
		n++
	}
	return n
}

// TestIndependent holds every label of the lesson's pictures to a second reading of the
// traces that they were drawn from.
func TestIndependent(t *testing.T) {
	for _, d := range drawings {
		t.Run(d.name, func(t *testing.T) {
			data, err := os.ReadFile("testdata/" + d.name + ".trace")
			if err != nil {
				t.Fatal(err)
			}
			svg, err := os.ReadFile("../diagrams/" + d.name + ".svg")
			if err != nil {
				t.Fatal(err)
			}
			r := readRaw(t, data)
			boxes := r.boxes(string(svg))
			for _, b := range boxes {
				r.judgeBox(t, b)
			}
			texts := judgeTexts(t, boxes, string(svg))
			if len(boxes) < 5 || texts < 5 {
				t.Errorf("%d boxes and %d texts", len(boxes), texts)
			}
			t.Logf("%d boxes and %d texts agree with the trace", len(boxes), texts)
			title := regexp.MustCompile(`<title>([^<]*)</title>`).FindStringSubmatch(string(svg))[1]
			if want := r.title(d.name, title); title != want {
				t.Errorf("title %q; by the trace %q", title, want)
			}
			r.judgeMarks(t, string(svg))
		})
	}
}

// title is what the lists say of what a picture is about.
func (r *raw) title(drawing, title string) string {
	var named []int64
	for g := range r.names {
		named = append(named, g)
	}
	slices.Sort(named)
	switch drawing {
	case "handoff":
		return r.handoffTitle(title)
	case "one-p", "two-p":
		var both time.Duration
		for _, a := range r.slices(named[0]) {
			for _, b := range r.slices(named[1]) {
				if a.p != b.p {
					both += max(0, min(a.end, b.end)-max(a.begin, b.begin))
				}
			}
		}
		if drawing == "one-p" {
			return fmt.Sprintf("Concurrency: one P runs one of %s and %s, the other waits in its queue", r.label(named[0]), r.label(named[1])) + unless(length(both), length(0))
		}
		return fmt.Sprintf("Parallelism: two Ps ran %s and %s at the same time for %s", r.label(named[0]), r.label(named[1]), length(both))
	}
	var lengths []time.Duration
	for _, g := range named {
		for _, s := range r.slices(g) {
			if s.ended == "preempted" {
				lengths = append(lengths, s.end-s.begin)
			}
		}
	}
	slices.Sort(lengths)
	short := 0
	for short < len(lengths) && lengths[short] < 9*time.Millisecond {
		short++
	}
	want := fmt.Sprintf("Time slicing: one P alternates between %s and %s; %d slices of %s to %s", r.label(named[0]), r.label(named[1]), len(lengths), length(lengths[0]), length(lengths[len(lengths)-1]))
	if short > 0 {
		want += fmt.Sprintf(", %d of them shorter than a time slice", short)
	}
	return want
}

var handoffForm = regexp.MustCompile(`^Hand-off: G(\d+) .* blocks in a system call and keeps M(\d+); P(\d+) moves to M(\d+) and runs .*$`)

// handoffTitle is the title that is true of the goroutine and the P that it names.
func (r *raw) handoffTitle(title string) string {
	m := handoffForm.FindStringSubmatch(title)
	if m == nil {
		return "another form"
	}
	g, p := number(m[1]), number(m[3])
	for _, s := range r.slices(g) {
		if s.p != p || s.ended != "system call" {
			continue
		}
		to, next, ok := r.after(p, s.end)
		if ok && to != s.m {
			return fmt.Sprintf("Hand-off: %s blocks in a system call and keeps M%d; P%d moves to M%d and runs %s", r.label(g), slices.Index(r.threads, s.m), p, slices.Index(r.threads, to), r.label(next))
		}
	}
	return "no such hand-off"
}

// after is the thread that holds a P next after a moment, and the first goroutine of the
// program that runs on it then: one with a name, or main.
func (r *raw) after(p int64, at time.Duration) (m, g int64, ok bool) {
	i := slices.IndexFunc(r.ps[p], func(f from) bool { return f.at >= at && f.state == "Running" })
	if i < 0 {
		return 0, 0, false
	}
	first := time.Duration(math.MaxInt64)
	for id := range r.gs {
		for _, s := range r.slices(id) {
			if s.p == p && s.begin >= r.ps[p][i].at && s.begin < first && (r.names[id] != "" || id == 1) {
				first, g, ok = s.begin, id, true
			}
		}
	}
	return r.ps[p][i].m, g, ok
}

var markForm = regexp.MustCompile(`>hand-off: P(\d+) from M(\d+) to M(\d+)(?:, which runs (G[^<]*))?</text>\n<circle cx="([\d.]+)"`)

// judgeMarks holds the marked hand-offs to the lists.
func (r *raw) judgeMarks(t *testing.T, svg string) {
	t.Helper()
	begin, end := r.window()
	for _, m := range markForm.FindAllStringSubmatch(svg, -1) {
		x, _ := strconv.ParseFloat(m[5], 64)
		at := begin + time.Duration((x-leftEdge)/(rightEdge-leftEdge)*float64(end-begin))
		tenth := time.Duration(0.1 / (rightEdge - leftEdge) * float64(end-begin)) // of a pixel: what x is rounded to
		p := number(m[1])
		lost, ok := r.loses(p, at-tenth, at+tenth)
		before, _ := r.holder(p, lost-1)
		to, next, runs := r.after(p, lost)
		if !ok || !runs || fmt.Sprint(slices.Index(r.threads, before)) != m[2] || fmt.Sprint(slices.Index(r.threads, to)) != m[3] || r.label(next) != m[4] {
			t.Errorf("the mark %q: by the trace P%d goes from M%d to M%d, which runs %s (lost: %v)", m[0], p, slices.Index(r.threads, before), slices.Index(r.threads, to), r.label(next), ok)
		}
	}
}
