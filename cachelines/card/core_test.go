package card

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/internal/simtest"
	"cachelab/cachelines/levels"
)

// reportedMachine has three levels for each of two CPUs, the last one common.
func reportedMachine(curves levels.Curves) *measurement {
	kib := func(level int, kind topology.CacheType, kib int, cpus ...int) Cache {
		return Cache{Level: level, Type: kind, SizeBytes: opt.Some(kib << 10), CPUs: cpus, Source: "sysfs"}
	}
	return &measurement{curves: curves, Machine: &Machine{Caches: []Cache{
		kib(1, topology.Data, 32, 0), kib(1, topology.Instruction, 64, 1), kib(1, topology.Data, 48, 1),
		kib(2, topology.Unified, 1024, 0), kib(2, topology.Unified, 2048, 1), kib(3, topology.Unified, 32<<10, 0, 1),
	}}}
}

// level is one of the ladder, certain to a twentieth.
func level(kib int, ns float64) levels.Level {
	return levels.Level{SizeBytes: kib << 10, SizeLo: kib << 10 * 19 / 20, SizeHi: kib << 10 * 21 / 20, LatencyNS: ns, Confidence: 0.9}
}

func TestEnterLevels(t *testing.T) {
	// want: KiB measured of each cache that serves CPU 1, by level; 0: none.
	check := func(name string, found []levels.Level, want [3]int, warning string) {
		t.Helper()
		m := reportedMachine(levels.Curves{CPU: opt.Some(1), ClockHz: opt.Some(4e9)})
		m.enterLevels(levels.Answer{Levels: found, MemoryNS: opt.Some(100.0)})
		for i, at := range []int{2, 4, 5} {
			got := 0
			if measured := m.Caches[at].Measured; measured != nil {
				got = measured.SizeBytes.Or(-1) >> 10
				if c := measured.Cycles.Or(0); math.Abs(c-4*measured.LatencyNS) > 1e-9 {
					t.Errorf("%s: %v cycles at 4 GHz for %v ns", name, c, measured.LatencyNS)
				}
			}
			if got != want[i] {
				t.Errorf("%s: level %d measured %d KiB, want %d", name, i+1, got, want[i])
			}
		}
		for _, other := range []int{0, 1, 3} {
			if m.Caches[other].Measured != nil {
				t.Errorf("%s: cache %d does not serve the CPU, or no data, and has a measurement", name, other)
			}
		}
		all := allTexts(m.Machine)
		if warning == "" && all != "" || !strings.Contains(all, warning) {
			t.Errorf("%s: warnings %q, want %q", name, all, warning)
		}
		if ns, ok := m.Memory.LatencyNS.Get(); !ok || ns != 100 {
			t.Errorf("%s: memory %v", name, m.Memory.LatencyNS)
		}
	}
	check("as reported", []levels.Level{level(48, 1), level(2048, 4), level(32<<10, 15)}, [3]int{48, 2048, 32 << 10}, "")
	check("a share of the last level", []levels.Level{level(48, 1), level(2048, 4), level(4096, 15)}, [3]int{48, 2048, 4096},
		"reports a last level of 32 MiB, but working sets outgrow it from about 4 MiB on (3.8 MiB to 4.2 MiB)")
	check("second level not seen", []levels.Level{level(48, 1), level(4096, 15)}, [3]int{48, 0, 4096}, "about 4 MiB")
	check("halved by a sibling", []levels.Level{level(24, 1), level(1024, 4)}, [3]int{24, 1024, 0}, "")
	check("nothing", nil, [3]int{}, "")
	check("a level too many", []levels.Level{level(48, 1), level(100, 3), level(2048, 4), level(32<<10, 15)}, [3]int{48, 2048, 32 << 10},
		"a level of 100 KiB (95 KiB to 105 KiB) at 3.0 ns that no source reports")
	doubtful := level(100, 3)
	doubtful.Confidence = 0.1
	check("a doubtful level too many", []levels.Level{level(48, 1), doubtful, level(2048, 4)}, [3]int{48, 2048, 0}, "")
	taken := level(36, 1)
	taken.Confidence = 0.2
	check("taken from by a neighbour", []levels.Level{taken, level(2048, 4)}, [3]int{36, 2048, 0}, "something else uses this core's cache")
	check("larger than all", []levels.Level{level(48, 1), level(2048, 4), level(128<<10, 15)}, [3]int{48, 2048, 0}, "128 MiB")
}

// On small pages the end of the second level is smeared, and may seem to be the third one's. It is told by what a hit takes.
func TestSmearedSecondLevel(t *testing.T) {
	var points []simtest.Point
	for kib := 4; kib <= 128<<10; kib *= 2 {
		ns := 100.0
		switch {
		case kib <= 48:
			ns = 1
		case kib <= 2048:
			ns = 4
		case kib <= 8192:
			ns = 15
		}
		points = append(points, simtest.Point{X: kib << 10, NS: []float64{ns, ns, ns}})
	}
	curves := levels.Curves{CPU: opt.Some(1), Small: levels.Ladder{Curve: simtest.Curve(points)}}
	for ns, want := range map[float64]bool{4.1: false, 15: true} {
		m := reportedMachine(curves)
		m.enterLevels(levels.Answer{Levels: []levels.Level{level(48, 1), level(3400, ns)}})
		if got := m.Caches[5].Measured != nil; got != want {
			t.Errorf("a level behind the second that takes %.1f ns: is the third %v, want %v", ns, got, want)
		}
		if m.hitNS != 15 {
			t.Errorf("a hit in the third level takes %.1f ns, want 15", m.hitNS)
		}
	}
}

// TestUnreportedLevel: after a report that ends at a private cache a level of the
// ladder is a cache of its own, and a doubtful one is nothing.
func TestUnreportedLevel(t *testing.T) {
	check := func(name string, behind levels.Level, want int, warning string) {
		t.Helper()
		m := reportedMachine(levels.Curves{CPU: opt.Some(1)})
		m.Caches = m.Caches[:5] // no third level
		m.enterLevels(levels.Answer{Levels: []levels.Level{level(48, 1), level(2048, 4), behind}})
		got := 0
		if n := len(m.Caches); n == 6 {
			c := m.Caches[5]
			if c.Level != 3 || c.Source != Unreported || !c.SizeBytes.IsZero() || c.Measured == nil {
				t.Fatalf("%s: %+v", name, c)
			}
			got = c.Measured.SizeBytes.Or(-1) >> 10
		}
		if got != want {
			t.Errorf("%s: an unreported level of %d KiB, want %d", name, got, want)
		}
		if all := allTexts(m.Machine); warning == "" && all != "" || !strings.Contains(all, warning) {
			t.Errorf("%s: warnings %q, want %q", name, all, warning)
		}
	}
	check("a third level", level(16<<10, 15), 16<<10, "the system reports no cache beyond the 2 MiB of level 2")
	doubtful := level(16<<10, 15)
	doubtful.Confidence = 0.1
	check("a doubtful one", doubtful, 0, "")
}

func TestCurveSumsUpSamples(t *testing.T) {
	l := levels.Ladder{Pages: "huge", Order: "all", Curve: simtest.Curve([]simtest.Point{
		{X: 1024, NS: []float64{1, 2, math.NaN(), 3, 4, 5}},
		{X: 2048, NS: []float64{math.NaN()}},
	})}
	c := ladderCurve(l)
	if len(c.Points) != 1 || c.Points[0] != (LadderStep{SizeBytes: 1024, NS: 3, LoNS: 2, HiNS: 4, Samples: 5}) {
		t.Errorf("curve %+v", c.Points)
	}
	if _, err := json.Marshal(c); err != nil {
		t.Error(err)
	}
	// Where every visit was kept, the ladder shows the typical one.
	l.Visits = simtest.Curve([]simtest.Point{{X: 1024, NS: []float64{2, 3, 4, 4, 5, 6}}})
	if c := ladderCurve(l); len(c.Points) != 1 || c.Points[0].NS != 4 || c.Points[0].Samples != 6 {
		t.Errorf("curve of all visits %+v", c.Points)
	}
}

// allTexts is what all warnings say, a line each.
func allTexts(m *Machine) string {
	var texts []string
	for _, w := range m.Warnings {
		texts = append(texts, w.Text)
	}
	return strings.Join(texts, "\n")
}

// Memory's latency has an interval and its definition, on the pages of the ladder and on
// base pages; where it was not measured for itself it is the ladder's last plateau.
func TestMemoryLatency(t *testing.T) {
	ns := func(from float64) []float64 {
		var out []float64
		for i := range 12 {
			out = append(out, from+float64(i%5))
		}
		return out
	}
	m := measurement{Machine: &Machine{ClockHz: opt.Some(2e9)}}
	m.curves.Huge.PageBytes, m.curves.Small.PageBytes = opt.Some(2<<20), opt.Some(4096)
	m.curves.Memory = []levels.MemoryLatency{
		{Pages: "huge", PageBytes: opt.Some(2 << 20), SetBytes: 128 << 20, NS: ns(100)},
		{Pages: "small", PageBytes: opt.Some(4096), SetBytes: 128 << 20, NS: ns(120)},
	}
	got := m.memory(levels.Answer{MemoryNS: opt.Some(90.0)})
	if got.LatencyNS.Or(0) != 101.5 || !(got.LoNS.Or(0) >= 100 && got.LoNS.Or(0) < 102 && got.HiNS.Or(0) > 102) || got.Samples != 12 || got.Cycles.Or(0) != 203 {
		t.Errorf("memory %+v", got)
	}
	if got.SmallLatencyNS.Or(0) != 121.5 || got.SmallHiNS.IsZero() || got.Definition != "dependent loads of lines in random order over 128 MiB, on pages of 2 MiB" {
		t.Errorf("memory %+v", got)
	}
	m.curves.Memory = nil
	if got := m.memory(levels.Answer{MemoryNS: opt.Some(90.0)}); got.LatencyNS.Or(0) != 90 || got.Samples != 0 || got.Definition != "" {
		t.Errorf("without a measurement of its own: %+v", got)
	}
}

// Other work is the first of all warnings, once, and only where there was some.
func TestWarnOtherWork(t *testing.T) {
	m := &Machine{CPUs: []CPU{{ID: 0, Allowed: true}, {ID: 1, Allowed: true}, {ID: 2}}, OtherCPUs: opt.Some(0.02)}
	m.warn(LineDiffers, "something else")
	m.Volatile = &Volatile{Passes: []PassFacts{{OtherCPUs: opt.Some(0.05)}, {}}}
	m.AddNoiseWarnings()
	if len(m.Warnings) != 1 {
		t.Errorf("an idle machine: %s", allTexts(m))
	}
	m.OtherCPUs = opt.Some(0.5)
	m.Volatile.Passes[0].OtherCPUs = opt.Some(1.04)
	m.AddNoiseWarnings()
	m.AddNoiseWarnings()
	if len(m.Warnings) != 2 || m.Warnings[0].Kind != OtherWork ||
		!strings.HasPrefix(m.Warnings[0].Text, "Other programs used 0.5 CPUs during the machine card, and up to 1.0 CPUs during 1 of 2 passes, of the 2 CPUs of this run.") {
		t.Errorf("warnings:\n%s", allTexts(m))
	}
}
