package links

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"cachelab/affinity/topology"
)

// placement is a class of synthetic link samples.
type placement struct {
	ns, multiply float64
	n            int
}

func drawSamples(seed uint64, places ...placement) []Sample {
	rng := rand.New(rand.NewPCG(seed, 3))
	var out []Sample
	for _, p := range places {
		for range p.n {
			cas := p.ns * math.Exp(0.06*rng.NormFloat64())
			out = append(out, Sample{
				CASNS: cas, CASFirstNS: cas, CASLastNS: cas, LoadStoreNS: 1.5 * cas,
				MultiplyRatio: p.multiply * math.Exp(0.03*rng.NormFloat64()),
			})
		}
	}
	return out
}

// anyLink hides the latency in a name: its last digit is chance.
var anyLink = regexp.MustCompile(`link [0-9]+ ns`)

func TestInferNames(t *testing.T) {
	const hit = 16 // ns, of the L3
	check := func(reported topology.Relation, wantNames string, wantDiffers bool, places ...placement) {
		t.Helper()
		for seed := range uint64(20) {
			link := Infer(topology.Pair{A: 0, B: 1, Relation: reported}, drawSamples(seed, places...), hit)
			var names []string
			for _, c := range link.Classes {
				names = append(names, c.Name)
			}
			if got := anyLink.ReplaceAllString(strings.Join(names, ", "), "link"); got != wantNames {
				t.Errorf("%s, seed %d: classes %q, want %q", reported, seed, got, wantNames)
			}
			differs := len(link.Classes) > 1
			for _, c := range link.Classes {
				differs = differs || !link.AsReported(c)
			}
			if differs != wantDiffers {
				t.Errorf("%s, seed %d: %q differ from the report %v, want %v", reported, seed, names, differs, wantDiffers)
			}
		}
	}
	sib, near, far := placement{16, 1.16, 54}, placement{34.5, 2, 1700}, placement{116, 1.94, 154}
	nan := math.NaN()
	// The reference guest, and each part of it.
	check(topology.SameL3, "same core, same L3, other L3", true, sib, near, far)
	check(topology.SameL3, "same L3", false, near)
	check(topology.SameL3, "same core", true, sib)
	check(topology.SameL3, "same core, same L3", true, placement{16, 1.16, 500}, placement{34.5, 2, 300})
	// Nothing but the far one: too many hits of the L3 for two cores of it.
	check(topology.SameL3, "link", true, far)
	check(topology.SameL3, "same core, link", true, sib, far)
	// Mostly across two L3s: the near class is still the one that was reported.
	check(topology.SameL3, "same L3, other L3", true, placement{34.5, 2, 100}, placement{116, 2, 500})
	// Without a multiply test nothing is called siblings or moved.
	check(topology.SameL3, "link, same L3", true, placement{16, nan, 100}, placement{34.5, nan, 500})
	// Too near for another L3, and two that are far enough.
	check(topology.SameL3, "same L3, link", true, near, placement{55, 2, 600})
	check(topology.SameL3, "same L3, other L3, link", true, near, far, placement{240, 2, 200})
	// Reports of other things.
	check(topology.SameCore, "same core", false, sib)
	check(topology.SameCore, "link", true, placement{34.6, 2, 300})
	check(topology.SamePackage, "same package", false, far)
	// Of a report without an L3 the measured hit says which links are within one.
	check(topology.SamePackage, "same L3", false, near)
	check(topology.OtherPackage, "other package", false, placement{240, 2, 300})
	check(topology.Unknown, "link", false, placement{240, 2, 3000})
	check(topology.Unknown, "same core", true, sib)
	// CPUs that are busy with others all the time, and with one another's half of it.
	check(topology.SamePackage, "same package", false, placement{240, 0.02, 9})
	check(topology.SameL3, "same L3", false, placement{34.5, 0.02, 200}, placement{34.5, 1.1, 150})
	// Some samples, or most, of workers that ran in turns.
	check(topology.SameL3, "same L3", false, placement{34.5, 2, 60}, placement{3.6e6, 0.02, 40})
	check(topology.SameL3, "same L3", false, placement{34.5, 2, 9}, placement{3.6e6, 0.02, 40})
	// A CPU that is taken away at times halves some ratios; that is no sibling.
	check(topology.SameL3, "same L3", false, placement{34.5, 2, 300}, placement{34.5, 1.05, 500})
}

func TestInferChanged(t *testing.T) {
	samples := drawSamples(1, placement{16, 1.16, 50}, placement{34.5, 2, 850}, placement{116, 1.94, 80})
	// Changed from one L3 to two, with a mean that looks like one L3; and
	// changed from siblings, with a mean between.
	for i := range 15 {
		samples = append(samples, Sample{CASNS: 36, CASFirstNS: 34, CASLastNS: 115}, Sample{CASNS: 47 + 2*float64(i)})
	}
	// The host took a CPU away: disturbed, not changed.
	samples = append(samples, Sample{CASNS: 9000}, Sample{CASNS: math.NaN()}, Sample{})
	link := Infer(topology.Pair{A: 0, B: 1, Relation: topology.SameL3}, samples, 0)
	if link.Samples != 1011 {
		t.Errorf("%d valid samples, want 1011", link.Samples)
	}
	if got, want := link.Changed, 30.0/1011; math.Abs(got-want) > 0.002 {
		t.Errorf("changed share %.4f, want %.4f", got, want)
	}
	if len(link.Classes) != 3 || math.Abs(link.Classes[1].Share-850.0/1011) > 0.02 {
		t.Errorf("classes %+v, want 3 with a share of 0.84 in the middle", link.Classes)
	}
}

// A class of which no sample is left has no numbers, so it is none: five of nine samples
// beside a CPU quota began in the class of 244 ns and ended beyond 400.
func TestInferChangedAlways(t *testing.T) {
	samples := drawSamples(1, placement{244, 2, 5})
	for i := range 4 {
		samples = append(samples, Sample{CASNS: 420 + float64(i), CASFirstNS: 245, CASLastNS: 600})
	}
	link := Infer(topology.Pair{A: 0, B: 1, Relation: topology.SamePackage}, samples, 0)
	if len(link.Classes) != 1 || link.Classes[0].CASNS < 200 || link.Changed < 0.4 {
		t.Errorf("classes %+v, changed %.2f: want one class at 244 ns and 0.44", link.Classes, link.Changed)
	}
}

// Where nobody knows what a hit takes, the most frequent class is as reported; and of other reports an L3 shows nothing.
func TestInferWithoutHits(t *testing.T) {
	samples := drawSamples(1, placement{116, 2, 60})
	for _, c := range []struct {
		reported topology.Relation
		hitNS    float64
	}{{topology.SameL3, 0}, {topology.SamePackage, 16}, {topology.SameL2, 16}, {topology.SameL3, 116.0 / inferBy.FarHits * 1.2}} {
		link := Infer(topology.Pair{A: 0, B: 1, Relation: c.reported}, samples, c.hitNS)
		if got := link.Classes[0].Name; got != c.reported.String() {
			t.Errorf("%s, a hit of %v ns: %q", c.reported, c.hitNS, got)
		}
	}
}

func TestInferWithoutSamples(t *testing.T) {
	for _, samples := range [][]Sample{nil, {{CASNS: math.NaN()}, {CASNS: math.Inf(1)}}, {{CASNS: 30, LoadStoreNS: math.NaN(), MultiplyRatio: math.NaN()}}} {
		link := Infer(topology.Pair{A: 2, B: 5, Relation: topology.SamePackage}, samples, 0)
		for _, x := range []float64{link.CASNS, link.CASP10, link.CASP90, link.LoadStoreNS, link.Changed} {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				t.Errorf("%v: %+v holds what JSON cannot", samples, link)
			}
		}
	}
}

// A matrix of 384 CPUs has 73,536 pairs, and is to be inferred in under 2 s.
func BenchmarkInfer(b *testing.B) {
	for _, n := range []int{9, 700} {
		samples := drawSamples(1, placement{34.5, 2, n})
		b.Run(fmt.Sprintf("samples=%d.", n), func(b *testing.B) {
			for b.Loop() {
				Infer(topology.Pair{A: 0, B: 1, Relation: topology.SameL3}, samples, 0)
			}
		})
	}
}
