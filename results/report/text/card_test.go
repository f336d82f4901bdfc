package text

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/internal/format"
	"cachelab/internal/golden"
	"cachelab/results/report/internal/synth"
	"cachelab/results/report/view"
)

func textOf(t *testing.T, m *card.Machine, width int) string {
	t.Helper()
	var b bytes.Buffer
	if err := Card(&b, m, Options{Width: width}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCardGolden(t *testing.T) {
	golden.Compare(t, "card.txt", []byte(textOf(t, synth.Machine(), 0)))
	golden.Compare(t, "card-big.txt", []byte(textOf(t, synth.BigMachine(), 0)))
	golden.Compare(t, "card-claimed.txt", []byte(textOf(t, &card.Machine{
		CPU: card.CPUIdentity{Name: "s390x book", Arch: "s390x"}, OS: "linux",
		Caches: []card.Cache{{Level: 1, Type: topology.Data, CPUs: []int{0}, Source: "sysfs"}},
		Line:   card.Line{Reported: []card.LineReport{{Source: "sysfs", Bytes: 256}, {Source: "cpu.CacheLinePad", Bytes: 128}}, PadBytes: 256},
	}, 0)))
}

// A card is a screen: no line over 80 columns, about 40 lines.
func TestCardFitsAScreen(t *testing.T) {
	for name, m := range map[string]*card.Machine{"guest": synth.Machine(), "big": synth.BigMachine(), "empty": {}} {
		lines := strings.Split(strings.TrimRight(textOf(t, m, 0), "\n"), "\n")
		if len(lines) > 40 {
			t.Errorf("%s: %d lines", name, len(lines))
		}
		for _, l := range lines {
			if n := utf8.RuneCountInString(l); n > 80 {
				t.Errorf("%s: %d columns: %q", name, n, l)
			}
		}
	}
}

// What was not measured says so, and no unknown is printed as a zero.
func TestCardUnknown(t *testing.T) {
	got := textOf(t, &card.Machine{Caches: []card.Cache{{Level: 1, Type: topology.Data}}}, 0)
	if n := strings.Count(got, view.NotMeasured); n != 4 { // cache, fetch, interference, links
		t.Errorf("%d times %q, want 4:\n%s", n, view.NotMeasured, got)
	}
	for _, bad := range []string{" 0 ", "0.00", "NaN", "0 ns", "-1"} {
		if strings.Contains(got, bad) {
			t.Errorf("%q in a card of which nothing is known:\n%s", bad, got)
		}
	}
}

// A number that machine.json has as 0 because nobody measured it is a dash.
func TestCardUnmeasuredLink(t *testing.T) {
	got := textOf(t, &card.Machine{Links: []card.Link{{From: 0, To: 1, Reported: "same L3", CASNS: 30, Classes: []card.LinkClass{{Class: "same L3", Share: 1, CASNS: 30}}}}}, 0)
	if strings.Contains(got, "0.00") || !strings.Contains(got, "30.0") || !strings.Contains(got, "-") {
		t.Errorf("got:\n%s", got)
	}
}

func TestCardStripsControls(t *testing.T) {
	m := synth.Machine()
	m.CPU.Name = "EPYC\x1b[31m\nforged line"
	m.Warnings = []card.Warning{{Text: "a\x07b"}}
	if got := textOf(t, m, 0); strings.ContainsAny(got, "\x1b\x07") || strings.Contains(got, "\nforged") {
		t.Errorf("control characters reach the terminal: %q", got)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk on fire") }

func TestCardReportsWriteErrors(t *testing.T) {
	if err := Card(brokenWriter{}, synth.Machine(), Options{}); err == nil || !strings.Contains(err.Error(), "on fire") {
		t.Errorf("got %v", err)
	}
	if err := Summary(brokenWriter{}, view.Input{}, Options{}); err == nil || !strings.Contains(err.Error(), "on fire") {
		t.Errorf("got %v", err)
	}
}

func TestPadAdvice(t *testing.T) {
	size := func(n int, candidates ...int) *card.LineSize {
		l := &card.LineSize{Candidates: candidates, Samples: 90, NextLine: &card.NextLine{SamePair: 1.6, AcrossPair: 1.02}}
		if n > 0 {
			l.Bytes = opt.Some(n)
		}
		return l
	}
	for _, c := range []struct {
		name        string
		fetch, intf *card.LineSize
		pad         int
		want        string
	}{
		{"same", size(64, 64), size(64, 64), 64, "Pad to 64 bytes: in steady state two writers on neighbouring lines do not slow each other down"},
		{"pairs", size(64, 64), size(128, 128), 128, "Pad to 128 bytes: writers on neighbouring 64-byte lines slow each other down (1.60x in one pair of lines, 1.02x across pairs; n=90)."},
		{"unsure", size(64, 64), size(0, 64, 128), 128, "Pad to 128 bytes: the safe choice, because the measurement leaves 64 and 128 possible."},
		{"not measured", nil, nil, 64, "Pad to 64 bytes: the reported line size; interference was not measured."},
		{"not here", nil, &card.LineSize{Reason: "not here: one CPU"}, 64, "Pad to 64 bytes: the reported line size; not here: one CPU."},
		{"nothing", nil, nil, 0, "No padding advice"},
	} {
		m := &card.Machine{Line: card.Line{Fetch: c.fetch, Interference: c.intf, PadBytes: c.pad}}
		if got := view.PadAdvice(m); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: got %q, want %q...", c.name, got, c.want)
		}
	}
}

func TestReportedLines(t *testing.T) {
	check := func(want string, reports ...card.LineReport) {
		t.Helper()
		if got := view.ReportedLines(reports); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check("No source reports a line size.")
	check("Reported: 64 by sysfs and cpuid; 128 by cpu.CacheLinePad.",
		card.LineReport{Source: "sysfs", Bytes: 64}, card.LineReport{Source: "cpu.CacheLinePad", Bytes: 128}, card.LineReport{Source: "cpuid", Bytes: 64})
	check("Reported: 64 and 128 by sysfs; 128 by cpu.CacheLinePad.",
		card.LineReport{Source: "sysfs", Bytes: 128}, card.LineReport{Source: "sysfs", Bytes: 64}, card.LineReport{Source: "cpu.CacheLinePad", Bytes: 128})
}

func TestCountsText(t *testing.T) {
	m := &card.Machine{}
	for i := range 4 {
		kind := topology.Kind("performance")
		if i > 1 {
			kind = "efficiency"
		}
		m.CPUs = append(m.CPUs, card.CPU{ID: i, Core: opt.Some(i), Kind: kind, Allowed: i != 3})
	}
	want := "4 CPUs, 3 of them allowed; 4 cores (2 performance, 2 efficiency), one thread a core"
	if got := view.CountsText(m); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	// The fastest kind comes first, and cores are counted, not CPUs.
	m = &card.Machine{Kinds: []topology.Kind{"performance", "efficiency", "low-power"}, Offline: []int{9}}
	for i, kind := range []topology.Kind{"efficiency", "low-power", "performance", "performance"} {
		m.CPUs = append(m.CPUs, card.CPU{ID: i, Core: opt.Some(min(i, 2)), Kind: kind})
	}
	want = "4 CPUs, 1 more offline (9); 3 cores (1 performance, 1 efficiency, 1 low-power)"
	if got := view.CountsText(m); got != want {
		t.Errorf("got %q, want %q", got, want)
	}

	// A count that rests on a part of the CPUs says so.
	m = &card.Machine{CPUs: make([]card.CPU, 8)}
	m.CPUs[5].Package, m.CPUs[6].Core, m.CPUs[7].Core = opt.Some(0), opt.Some(3), opt.Some(4)
	want = "8 CPUs; 2 cores (reported for 2 of the CPUs), 1 package (reported for 1 of the CPUs)"
	if got := view.CountsText(m); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := fmt.Sprint(format.CPUList([]int{0, 1, 2, 5, 7, 8})); got != "0-2,5,7-8" {
		t.Errorf("cpuList: %s", got)
	}
}

// A source says its size, what the measurement says to it, who repeats it and what is odd.
func TestSourceLine(t *testing.T) {
	l3 := card.SourceReport{Level: 3, Type: topology.Unified, SizeBytes: opt.Some(32 << 20), Source: "sysfs", Measured: card.Contradicts}
	line := func(change func(s *card.SourceReport)) string {
		s := l3
		change(&s)
		text := textOf(t, &card.Machine{Sources: []card.SourceReport{s}}, 200)
		_, text, _ = strings.Cut(text, "  L3 ")
		text, _, _ = strings.Cut(text, "\n")
		return strings.TrimSpace(text)
	}
	plain := l3.Says() + " by sysfs: contradicted by the measurement"
	for want, change := range map[string]func(s *card.SourceReport){
		plain:                                 func(*card.SourceReport) {},
		plain + "; repeated by lscpu, go":     func(s *card.SourceReport) { s.RepeatedBy = []string{"lscpu", "go"} },
		plain + "; rounded":                   func(s *card.SourceReport) { s.Note = "rounded" },
		plain + ", its ways are not":          func(s *card.SourceReport) { s.MeasuredWays = card.Contradicts },
		l3.Says() + " by sysfs: not measured": func(s *card.SourceReport) { s.Measured = "" },
		"":                                    func(s *card.SourceReport) { s.Type = topology.Instruction },
	} {
		if got := line(change); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// On a terminal of 60 columns the table of caches becomes two, which fit.
func TestCachesOnANarrowTerminal(t *testing.T) {
	wide, narrow := textOf(t, synth.Machine(), 80), textOf(t, synth.Machine(), 60)
	if strings.Count(wide, "  L3  ") != 1 || strings.Count(narrow, "  L3  ") != 2 {
		t.Errorf("want the L3 in one line of 80 columns, and in two of 60:\n%s", narrow)
	}
	_, caches, _ := strings.Cut(narrow, "CACHES")
	caches, _, _ = strings.Cut(caches, "ADDRESS")
	for l := range strings.Lines(caches) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(l, "\n")); n > 60 {
			t.Errorf("%d columns: %q", n, l)
		}
	}
}
