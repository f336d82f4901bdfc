package sets

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"cachelab/cachelines/internal/simtest"
	"cachelab/internal/crew"
)

// likely is more likely right than not.
const likely = 0.5

// simLevel is a walkTimer of a simulated second level, behind a guest's page table: every block lies
// in a frame of its own, at random.
type simLevel struct {
	cache            *simCache
	frames           []int32
	columns          int
	near, far, noise float64
	outliers         float64
	rng              *rand.Rand
}

func newSimLevel(sets, ways int, policy, index string, blocks int, rng *rand.Rand) *simLevel {
	s := &simLevel{cache: newSimCache(sets, ways, policy, rng), columns: 64, rng: rng}
	s.cache.index = index
	for range blocks {
		s.frames = append(s.frames, rng.Int32N(1<<19)) // of 2 GiB
	}
	s.near = 3 + 3*rng.Float64()
	s.far = s.near * (2.5 + 1.5*rng.Float64())
	return s
}

func (s *simLevel) physical(line int) int32 {
	return s.frames[line/s.columns]*int32(s.columns) + int32(line%s.columns)
}

func (s *simLevel) walk(lines []int, _ bool) float64 {
	const warm, timed = 3, 2
	missed := 0
	for lap := range warm + timed {
		for _, l := range lines {
			if !s.cache.visit(s.physical(l)) && lap >= warm {
				missed++
			}
		}
	}
	ns := s.near*float64(len(lines)) + (s.far-s.near)*float64(missed)/timed
	ns *= math.Exp(s.noise * s.rng.NormFloat64())
	if s.rng.Float64() < s.outliers {
		ns *= 1 + s.rng.Float64()
	}
	return ns
}

// TestInfer: over random second levels, whose sets are chosen by bits of the frame's number, by these
// folded onto the page offset's, ways and size are right or unsure, never wrong with
// confidence, and mostly right where the oldest line is replaced or nearly so.
func TestInfer(t *testing.T) {
	machines := 6 * *simtest.Soak
	if crew.RaceDetector { // a simulated lap takes ten times as long with it
		machines = 4
	}
	rng := rand.New(rand.NewPCG(21, 22))
	right, wrong, held, orderly := 0, 0, 0, 0
	for range machines {
		ways := []int{8, 10, 12, 16}[rng.IntN(4)]
		policy := []string{"oldest", "tree", "chance"}[rng.IntN(3)]
		if policy == "tree" {
			ways = []int{8, 16}[rng.IntN(2)]
		}
		if policy != "chance" {
			orderly++ // of lines replaced by chance hardly any search finds the same ones needed
		}
		index := []string{"bits", "folded"}[rng.IntN(2)]
		sets := 1024 << rng.IntN(2)
		size := sets * ways * 64
		about := int(float64(size) * math.Exp(0.4*(rng.Float64()-0.5)))
		blocks := PoolTimes * about / blockBytes
		level := newSimLevel(sets, ways, policy, index, blocks, rng)
		level.noise, level.outliers = 0.001*rng.Float64(), 0.02*rng.Float64()
		e := searcher{time: level.walk, blocks: blocks, columns: level.columns, random: rng, k: searchBy}
		found := Found{Columns: level.columns, LineBytes: 64}
		var w Associativity
		var got Size
		for len(found.Searches) < 24 && got.Confidence < stopEarly {
			found.Searches = append(found.Searches, e.search(func() bool { return true }))
			w, got = Infer(found)
		}
		n := w.Ways.Or(0)
		switch {
		case w.Confidence >= likely && n != ways, got.Confidence >= likely && got.Bytes != size:
			wrong++
			t.Errorf("%s %s, %d ways and %d sets: %d ways (%.2f), %d bytes (%.2f) of %d, by %v", policy, index, ways, sets, n, w.Confidence, got.Bytes, got.Confidence, size, found)
		case got.Confidence >= likely:
			right++
			if got.Lo <= size && size <= got.Hi {
				held++
			}
		default:
			t.Logf("unsure: %s %s, %d ways and %d sets: %d ways (%.2f), %d bytes (%.2f) of %d, by %v", policy, index, ways, sets, n, w.Confidence, got.Bytes, got.Confidence, size, found)
		}
	}
	t.Logf("right %d, wrong %d of %d that replace in order and %d by chance, interval holds %d", right, wrong, orderly, machines-orderly, held)
	if right < orderly*9/10-1 || held < right*9/10-1 {
		t.Errorf("%d of %d machines answered, and %d intervals hold the size", right, orderly, held)
	}
}

// searches are n searches of a level of 8 ways with these hits of 100 batches of the set's own column, of
// 250 of others, and of 50 of none.
func searches(n, own, other, none int) []Search {
	return slices.Repeat([]Search{{
		Lines: 9, Own: Tally{100, own}, Other: Tally{250, other}, None: Tally{50, none},
	}}, n)
}

// What a count of hits is worth. 3 and 20 are what 2,048 sets give of which 8 columns share
// those of one (3.1% and 8.0%).
func TestInferFromHits(t *testing.T) {
	const size = 2048 * 8 * 64
	for _, c := range []struct {
		what  string
		found []Search
		told  bool
	}{
		{"what the sets give", searches(6, 3, 20, 0), true},
		{"one search with thrice the hits", append(searches(6, 3, 20, 0), searches(1, 9, 60, 0)...), true},
		{"some with hits where there are none", append(searches(6, 3, 20, 0), searches(5, 20, 100, 20)...), true},
		{"a count between two powers", searches(6, 2, 14, 0), false},
		{"too few searches", searches(inferBy.FewestSearches-1, 3, 20, 0), false},
		{"nothing but searches that found nothing", make([]Search, 20), false},
		{"hits where there are none, in all", searches(6, 20, 100, 20), false},
	} {
		_, got := Infer(Found{Searches: c.found, Columns: 64, LineBytes: 64})
		if told := got.Confidence >= MinReport; told != c.told || told && got.Bytes != size {
			t.Errorf("%s: %d bytes, confidence %.2f", c.what, got.Bytes, got.Confidence)
		}
	}
	// A search found a line more or less now and then, when a neighbour is at work.
	disturbed := searches(12, 3, 20, 0)
	for i, lines := range []int{8, 10, 11, 8, 10, 13} {
		disturbed[i].Lines = lines
	}
	if ways, got := Infer(Found{Searches: disturbed, Columns: 64, LineBytes: 64}); ways.Ways.Or(0) != 8 || ways.Confidence < MinReport || got.Bytes != size || got.Confidence < MinReport {
		t.Errorf("six of 8 ways, and two each of 7 and 9: %d ways (%.2f), %d bytes (%.2f)", ways.Ways.Or(0), ways.Confidence, got.Bytes, got.Confidence)
	}
	spread := searches(12, 3, 20, 0)
	for i := range spread {
		spread[i].Lines = 8 + i/2
	}
	if ways, _ := Infer(Found{Searches: spread, Columns: 64, LineBytes: 64}); ways.Confidence >= likely {
		t.Errorf("two each of six numbers: %d ways, confidence %.2f", ways.Ways.Or(0), ways.Confidence)
	}
	split := append(searches(4, 3, 20, 0), searches(4, 3, 20, 0)...)
	for i := range 4 {
		split[i].Lines = 10
	}
	if ways, _ := Infer(Found{Searches: split, Columns: 64, LineBytes: 64}); ways.Confidence >= likely {
		t.Errorf("four of 8 ways and four of 9: %d ways, confidence %.2f", ways.Ways.Or(0), ways.Confidence)
	}
}

// Of a level whose sets are chosen by all bits of an address the lines of one column fall on all sets, and
// those of the others as well: found where enough lines overflow one.
func TestInferOfAHashedLevel(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	const blocks = PoolTimes * (1 << 20) / blockBytes
	level := newSimLevel(2048, 8, "oldest", "hash", blocks, rng)
	e := searcher{time: level.walk, blocks: blocks, columns: level.columns, random: rng, k: searchBy}
	found := Found{Columns: level.columns, LineBytes: 64}
	for range 8 {
		found.Searches = append(found.Searches, e.search(func() bool { return true }))
	}
	w, got := Infer(found)
	t.Logf("%d ways (%.2f), %d bytes (%.2f) by %v", w.Ways.Or(0), w.Confidence, got.Bytes, got.Confidence, found)
	if w.Ways.Or(0) != 8 || w.Confidence < MinReport || got.Bytes != 1<<20 || got.Confidence < MinReport {
		t.Errorf("%d ways (%.2f), %d bytes (%.2f)", w.Ways.Or(0), w.Confidence, got.Bytes, got.Confidence)
	}
}
