package view

import (
	"math"
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/results"
)

// What is said of a measured line beside what is reported.
func TestLineText(t *testing.T) {
	line := func(bytes opt.Value[int], reports ...int) card.Line {
		l := card.Line{Fetch: &card.LineSize{Bytes: bytes}}
		for _, b := range reports {
			l.Reported = append(l.Reported, card.LineReport{Bytes: b, Source: "sysfs"})
		}
		return l
	}
	for _, test := range []struct {
		line card.Line
		want string
	}{
		{line(opt.Some(64), 64, 64), "A cache line is 64 bytes: measured, and the system reports the same."},
		{line(opt.Some(64), 64, 128), "A cache line is 64 bytes: measured, but sysfs reports 128."},
		{line(opt.Some(128), 64), "A cache line is 128 bytes: measured, but sysfs reports 64."},
		{line(opt.Some(64)), "A cache line is 64 bytes: measured, and not reported by the system."},
		{line(opt.Value[int]{}, 64), "The measurement of the line size gave no certain answer."},
		{card.Line{}, ""},
	} {
		if got := lineText(test.line); got != test.want {
			t.Errorf("%+v: %q, want %q", test.line, got, test.want)
		}
	}
}

// A link that was seen at two distances has its sentence, one at a single distance has none.
func TestLinksText(t *testing.T) {
	near, far := card.LinkClass{Class: "same L3", CASNS: 34}, card.LinkClass{Class: "other L3", CASNS: 116}
	machine := func(classes ...card.LinkClass) *card.Machine {
		return &card.Machine{Links: []card.Link{{From: 0, To: 1, Reported: "same L3", CASNS: 34, Classes: classes}}}
	}
	if got, want := linksText(machine(near, far)), "CPUs 0-1 are reported as same L3, but were seen at 2 distances: the host moves them."; got != want {
		t.Errorf("two distances: %q, want %q", got, want)
	}
	if got := linksText(machine(near)); got != "" {
		t.Errorf("one distance: %q", got)
	}
}

// An answer that rests on an undecided verdict says so.
func TestBasis(t *testing.T) {
	v := results.Verdict{Samples: 8, Placement: "same L3", Outcome: results.Undecided}
	if got, want := basis(v), " (n=8, same L3, undecided)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	v.Outcome, v.Placement = results.Holds, ""
	if got, want := basis(v), " (n=8)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A reported size agrees within a tenth beyond the measured interval, and not further.
func TestSizesAgreeAtTheirBounds(t *testing.T) {
	m := &card.MeasuredCache{SizeLo: opt.Some(1000), SizeHi: opt.Some(2000)}
	for reported, want := range map[int]bool{880: false, 920: true, 1500: true, 2180: true, 2220: false} {
		if got := sizesAgree(reported, 1500, m); got != want {
			t.Errorf("%d beside 1000 to 2000: %v, want %v", reported, got, want)
		}
	}
	none := &card.MeasuredCache{} // no interval: about the size itself
	for reported, want := range map[int]bool{880: false, 920: true, 1080: true, 1120: false} {
		if got := sizesAgree(reported, 1000, none); got != want {
			t.Errorf("%d beside 1000: %v, want %v", reported, got, want)
		}
	}
}

// Bars are parts of the longest; a number that is none has no length.
func TestBars(t *testing.T) {
	got := bars([]string{"a", "b"}, []string{"x", "y"}, []float64{2, 8})
	if len(got) != 2 || got[0] != (Bar{"a", "x", 0.25}) || got[1] != (Bar{"b", "y", 1}) {
		t.Errorf("bars %+v, want a quarter and a whole", got)
	}
	if got := bars([]string{"a"}, []string{"x"}, []float64{0}); got != nil {
		t.Errorf("bars of nothing: %+v", got)
	}
	if got := bars([]string{"a", "b"}, []string{"x", "y"}, []float64{-2, 4}); got[0].Share != 0 {
		t.Errorf("a negative number: %+v", got[0])
	}
}

// What the caches' answer says of each level: as reported, measured otherwise, not reported.
func TestCachesAnswer(t *testing.T) {
	cache := func(level int, reported opt.Value[int], measured, lo, hi int) card.Cache {
		return card.Cache{Level: level, Type: topology.Unified, SizeBytes: reported, Source: "sysfs",
			Measured: &card.MeasuredCache{SizeBytes: opt.Some(measured), SizeLo: opt.Some(lo), SizeHi: opt.Some(hi), Confidence: 0.9}}
	}
	m := &card.Machine{Caches: []card.Cache{
		cache(2, opt.Some(1<<20), 1<<20, 900<<10, 1100<<10), cache(3, opt.Some(32<<20), 4<<20, 3<<20, 6<<20),
	}}
	a, ok := cachesAnswer(m)
	if !ok || a.Number != "1 of 2" || !strings.Contains(a.Short, "L2 is as reported") || !strings.Contains(a.Short, "L3 is reported as 32 MiB and measured as about ") {
		t.Errorf("%v: %q, %q", ok, a.Number, a.Short)
	}
	m.Caches[1].SizeBytes = opt.Value[int]{}
	if a, _ := cachesAnswer(m); a.Number != "1 of 2" || !strings.Contains(a.Short, "L3 is not reported by the system, and measured as about ") {
		t.Errorf("not reported: %q, %q", a.Number, a.Short)
	}
	m.Caches[0].Type = topology.Instruction // whose size no ladder shows
	if a, _ := cachesAnswer(m); a.Number != "0 of 1" {
		t.Errorf("an instruction cache counts: %q", a.Number)
	}
	if _, ok := cachesAnswer(&card.Machine{}); ok {
		t.Error("an answer about no caches")
	}
}

// An interval has room, holds its median and is finite; a ratio below 1 has one as well.
func TestBounded(t *testing.T) {
	for _, c := range []struct {
		lo, median, hi float64
		want           bool
	}{
		{0.4, 0.5, 0.6, true}, {1, 1, 2, true}, {1, 2, 2, true},
		{0, 1, 2, false}, {1, 1, 1, false}, {1.5, 1, 2, false}, {0.5, 3, 2, false}, {1, 2, math.Inf(1), false}, {1, math.NaN(), 2, false},
	} {
		if got := Bounded(results.Interval{Lo: c.lo, Median: c.median, Hi: c.hi}); got != c.want {
			t.Errorf("%v [%v, %v]: bounded %v, want %v", c.median, c.lo, c.hi, got, c.want)
		}
	}
}
