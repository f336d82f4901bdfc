package card

import (
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines"
	"cachelab/cachelines/levels"
)

// PadFor takes a certain interference line, and else the largest line that may be there.
func TestPadFor(t *testing.T) {
	size := func(bytes int, confidence float64, candidates ...int) *LineSize {
		return &LineSize{Bytes: opt.Some(bytes), Confidence: confidence, Candidates: candidates}
	}
	reports := func(bytes ...int) []LineReport {
		var out []LineReport
		for _, b := range bytes {
			out = append(out, LineReport{Bytes: b})
		}
		return out
	}
	for _, test := range []struct {
		what string
		line Line
		want int
	}{
		{"certain", Line{Interference: size(64, 0.95, 64), Reported: reports(64)}, 64},
		{"certain, and the report and the fetch line are larger", Line{Interference: size(64, 0.9, 64), Fetch: size(128, 0.95, 128), Reported: reports(256)}, 64},
		{"certain, and the report is smaller", Line{Interference: size(128, 0.95, 128), Reported: reports(64)}, 128},
		{"not certain", Line{Interference: size(64, 0.6, 64, 128), Reported: reports(64)}, 128},
		{"just not certain", Line{Interference: size(64, 0.89, 64, 128)}, 128},
		{"the fetch line may be larger", Line{Interference: size(64, 0.6, 64, 128), Fetch: size(128, 0.5, 128, 256)}, 256},
		{"the report is largest", Line{Interference: size(64, 0.6, 64), Fetch: size(64, 0.95, 64), Reported: reports(64, 512, 128)}, 512},
		{"certain of nothing", Line{Interference: &LineSize{Confidence: 0.95, Candidates: []int{128}}, Reported: reports(64)}, 128},
		{"reported alone", Line{Reported: reports(32)}, 32},
		{"nothing known", Line{}, cachelines.PadBytes()},
	} {
		if got := PadFor(test.line); got != test.want {
			t.Errorf("%s: pad to %d bytes, want %d", test.what, got, test.want)
		}
	}
}

// One machine for each cause of noise, on either side of its bound, and one without any.
func TestNoiseWarnings(t *testing.T) {
	share := func(steal, throttled float64) PassFacts {
		return PassFacts{Seconds: 10, StealShare: opt.Some(steal), Throttled: opt.Some(throttled)}
	}
	check := func(what string, v *Volatile, want Kind, text string) {
		t.Helper()
		m := &Machine{CPUs: []CPU{{ID: 0, Allowed: true}, {ID: 1, Allowed: true}, {ID: 2}, {ID: 3}}, Volatile: v}
		m.AddNoiseWarnings()
		switch {
		case want == "" && len(m.Warnings) > 0:
			t.Errorf("%s: warnings %+v, want none", what, m.Warnings)
		case want != "" && (len(m.Warnings) != 1 || m.Warnings[0].Kind != want || !strings.Contains(m.Warnings[0].Text, text)):
			t.Errorf("%s: warnings %+v, want one of %q with %q", what, m.Warnings, want, text)
		}
	}
	check("no facts", nil, "", "")
	check("a quiet run", &Volatile{Load1: opt.Some(0.9), Governor: "performance", Passes: []PassFacts{share(0.008, 0.08), share(0, 0), {Seconds: 10}}}, "", "")
	check("schedutil", &Volatile{Governor: "schedutil"}, "", "")
	check("steal in 2 of 3 passes", &Volatile{Passes: []PassFacts{share(0.05, 0), share(0.008, 0), share(0.015, 0)}}, StolenTime, "in 2 of 3 passes")
	check("a quota in 1 of 2 passes", &Volatile{Passes: []PassFacts{share(0, 0.15), share(0, 0.08)}}, ThrottledTime, "in 1 of 2 passes")
	check("a load average, which is the compiler's", &Volatile{Load1: opt.Some(1.9)}, "", "")
	check("others on 1.1 of the 2 usable CPUs", &Volatile{Passes: []PassFacts{{OtherCPUs: opt.Some(1.1)}, {OtherCPUs: opt.Some(0.09)}}}, OtherWork, "1.1 CPUs during 1 of 2 passes, of the 2 CPUs")
	check("powersave", &Volatile{Governor: "powersave"}, ClockGoverned, `"powersave"`)
}

// A first level that shrank with no clean edge has lost lines to a neighbour; one
// within a seventh of its size, or with an edge, has not.
func TestWarnCoreShared(t *testing.T) {
	for _, test := range []struct {
		kib        int
		confidence float64
		want       bool
	}{{38, 0.2, true}, {38, 0.49, true}, {43, 0.2, false}, {38, 0.55, false}, {30, 0.55, false}} {
		m := reportedMachine(levels.Curves{})
		l := level(test.kib, 1)
		l.Confidence = test.confidence
		m.warnCoreShared(&m.Caches[2], l) // 48 KiB
		if got := len(m.Warnings) == 1 && m.Warnings[0].Kind == CoreShared; got != test.want {
			t.Errorf("%d of 48 KiB with confidence %.2f: a warning %v, want %v", test.kib, test.confidence, got, test.want)
		}
	}
}

// The last level is smaller than reported only if even the upper end of what it may be
// is.
func TestWarnLLCSmaller(t *testing.T) {
	for hi, want := range map[int]bool{12: true, 22: true, 23: false, 30: false} {
		m := reportedMachine(levels.Curves{})
		m.warnLLCSmaller(&m.Caches[5], levels.Level{SizeBytes: 10 << 20, SizeLo: 5 << 20, SizeHi: hi << 20, Confidence: 0.9}) // of 32 MiB
		if got := len(m.Warnings) == 1 && m.Warnings[0].Kind == LLCSmaller; got != want {
			t.Errorf("10 MiB, up to %d, of 32: a warning %v, want %v", hi, got, want)
		}
	}
}

// Which reported level a size is, at the bounds of how much smaller and larger it may be.
func TestPlace(t *testing.T) {
	m := reportedMachine(levels.Curves{CPU: opt.Some(1)})
	hierarchy := m.hierarchy(opt.Some(1)) // 48 KiB, 2 MiB, 32 MiB
	if want := []int{2, 4, 5}; !slices.Equal(hierarchy, want) {
		t.Fatalf("the hierarchy of CPU 1 is caches %v, want %v", hierarchy, want)
	}
	for _, test := range []struct{ kib, next, want int }{
		{48, 0, 0}, {70, 0, 0}, {13, 0, 0}, {11, 0, -1}, // a quarter of 48 is left at the least
		{2048, 1, 1}, {2900, 1, 1}, {3200, 1, 2}, // half as much again is the bound
		{600, 1, 1}, {400, 1, -1},
		{2100, 2, 2}, {1900, 2, -1}, // the last one is larger than the one before
		{48 << 10, 2, 2}, {50 << 10, 2, -1}, {48, 3, -1},
	} {
		if got := m.place(hierarchy, test.next, level(test.kib, 5)); got != test.want {
			t.Errorf("%d KiB from level %d on is at %d, want %d", test.kib, test.next+1, got, test.want)
		}
	}
	m.Caches[4].SizeBytes = opt.Value[int]{}
	if got := m.place(hierarchy, 1, level(5, 5)); got != 1 {
		t.Errorf("a level of unknown size is at %d, want 1", got)
	}
}

// A level that takes 1.8 times what the second one does is another one; one that takes
// 1.3 times is the second.
func TestIsL2(t *testing.T) {
	m := reportedMachine(levels.Curves{})
	m.curves.Small.Curve.X = []int{100 << 10, 200 << 10}
	m.curves.Small.Curve.Put(0, 0, 4)
	m.curves.Small.Curve.Put(0, 1, 4)
	for ns, want := range map[float64]bool{4: true, 5.2: true, 7.2: false, 15: false} {
		if got := m.isL2([]int{2, 4, 5}, level(4096, ns)); got != want {
			t.Errorf("%.1f ns beside 4 of the second level is the second: %v, want %v", ns, got, want)
		}
	}
}

// From even odds on a level that no source reports is worth a warning.
func TestUnreportedLevelNeedsEvenOdds(t *testing.T) {
	for confidence, want := range map[float64]int{0.45: 0, 0.55: 1} {
		m := reportedMachine(levels.Curves{CPU: opt.Some(1)})
		odd := level(100, 3)
		odd.Confidence = confidence
		m.enterLevels(levels.Answer{Levels: []levels.Level{level(48, 1), odd, level(2048, 4)}})
		if len(m.Warnings) != want {
			t.Errorf("a level of confidence %.2f: %d warnings, want %d", confidence, len(m.Warnings), want)
		}
	}
}

// A first level in doubt lowers the confidence of all that is private to the core; a
// sure or an unknown one does not.
func TestConfidenceFactor(t *testing.T) {
	var unknown *MeasuredCache
	if got := unknown.confidenceFactor(); got != 1 {
		t.Errorf("unknown: %v, want 1", got)
	}
	for confidence, want := range map[float64]float64{1: 1, 0.55: 1, 0.5: 1, 0.45: 0.45, 0.3: 0.3, 0: 0} {
		if got := (&MeasuredCache{Confidence: confidence}).confidenceFactor(); got != want {
			t.Errorf("confidence %v: %v, want %v", confidence, got, want)
		}
	}
}

// What contradicts something else keeps a quarter, and the sentence that says why.
func TestDoubtfulIsAQuarter(t *testing.T) {
	m := MeasuredCache{SizeBytes: opt.Some(353072), Ways: opt.Some(8), Confidence: 0.9}
	m.rejectSizeWithoutWays(64)
	if m.Confidence != 0.25 || len(m.Doubts) != 1 {
		t.Errorf("a size that its ways do not fit has %+v, want confidence 0.25 and one doubt", m)
	}
	m = MeasuredCache{SizeBytes: opt.Some(353072), Ways: opt.Some(8), Confidence: 0.45}
	if m.rejectSizeWithoutWays(64); m.Confidence != 0.45 {
		t.Errorf("a size that was in doubt before has %v, want 0.45", m.Confidence)
	}
}

// A level is entered with its clock cycles, and the last one of a shared kind with its
// type.
func TestUnreportedLevelIsUnified(t *testing.T) {
	m := reportedMachine(levels.Curves{CPU: opt.Some(1), ClockHz: opt.Some(2e9)})
	m.Caches = m.Caches[:5]
	m.enterLevels(levels.Answer{Levels: []levels.Level{level(48, 1), level(2048, 4), level(16<<10, 15)}})
	last := m.Caches[len(m.Caches)-1]
	if last.Type != topology.Unified || last.Level != 3 || last.Measured.Cycles.Or(0) != 30 {
		t.Errorf("the unreported level is %+v, want unified, level 3, 30 cycles of 15 ns at 2 GHz", last)
	}
}
