package sets

import (
	"math"
	"slices"

	"cachelab/affinity/opt"
	"cachelab/cachelines/instrument"
	"cachelab/internal/stats"
)

// Size is the size of a cache with how sure it is.
type Size struct {
	Bytes, Lo, Hi int     // Lo to Hi holds it with 95%
	Confidence    float64 // 0 to 1, that Bytes is within a tenth
	Doubts        instrument.Doubts
}

const (
	// fewestSets and mostSets bound what is tried, 2^6 to 2^18: second levels of
	// 128 KiB to 4 MiB have 256 to 4,096.
	fewestSets, mostSets = 6, 18
	// setsPerOctave is how many numbers of sets between powers of two are tried,
	// for the interval.
	setsPerOctave = 8
)

// hitsSeen are shares of the hits that may be seen: all, or fewer where another
// thread of the core takes lines at the same time.
var hitsSeen = []float64{1, 0.85, 0.72}

// Infer turns what the searches of a cache found into its ways and size.
//
// A search that found a line more or less than most did counts as well: of its
// lines all but one are of the set.
//
// A cache has a power of two of sets, as bits choose among them, whatever its ways
// are: so a count that is off by a quarter shows the number. The interval is that
// of the count.
func Infer(f Found) (Associativity, Size) { return infer(f, inferBy) }

func infer(f Found, k constants) (Associativity, Size) {
	ways, ok := vote(f.Searches, k)
	if !ok {
		return Associativity{}, Size{}
	}
	number := ways.Ways.Or(0)
	counted := slices.DeleteFunc(slices.Clone(f.Searches), func(s Search) bool {
		off := s.Lines - (number + 1)
		return off < -1 || off > 1 || float64(s.None.Hits) > k.MostErrorRate*float64(s.None.Batches)
	})
	const steps = (mostSets-fewestSets)*setsPerOctave + 1
	losses := countLosses(counted, f.Columns, steps, k)
	each := number * f.LineBytes
	from := math.Log(float64(each)) + fewestSets*math.Ln2
	sizes := stats.GridPosterior(from, math.Ln2/setsPerOctave, steps, losses, func(i int) int { return i }, k.SetsTrust)
	power, powers := 0, 0.0
	for at := 0; at < steps; at += setsPerOctave {
		powers += sizes.Weight[at]
		if sizes.Weight[at] > sizes.Weight[power] {
			power = at
		}
	}
	lo, hi := sizes.Ends()
	size := each << (fewestSets + power/setsPerOctave)
	only := sizes.Weight[power] / powers
	var d instrument.Doubts
	d.Multiply("the searches disagree on the ways", ways.Confidence)
	d.Multiply("another power of two of sets explains the hits as well", only*stats.Ramp(only, k.HalfHalf, k.FarLikelier))
	return ways, Size{
		Bytes: size, Lo: min(size, int(math.Exp(lo))), Hi: max(size, int(math.Exp(hi))),
		Confidence: d.Confidence(), Doubts: d,
	}
}

// countLosses is minus the log likelihood of the hits by the number of sets.
//
// m is how many page-offset columns can map to one set: 1 when plain address bits
// choose the set, all of them when the whole address is hashed. With S sets, a
// line of such a column hits the set with probability columns/(S m), and a line of
// any other column never does. For each S we keep the best m and the best share of
// observed hits.
func countLosses(found []Search, columns, steps int, k constants) []float64 {
	var none Tally
	for _, f := range found {
		none.Batches, none.Hits = none.Batches+f.None.Batches, none.Hits+f.None.Hits
	}
	wrong := max(k.MinErrorRate, float64(none.Hits)/float64(none.Batches+1))
	losses := make([]float64, steps)
	for at := range losses {
		sets := math.Exp2(fewestSets + float64(at)/setsPerOctave)
		losses[at] = math.Inf(1)
		for m := 1; m <= columns; m *= 2 {
			own, other := hitRates(sets, m, columns)
			for _, seen := range hitsSeen {
				unseen := k.FewHitsLoss * (1 - seen)
				losses[at] = min(losses[at], searchesLoss(found, seen*own, seen*other, wrong, k.StrayLoss)+unseen)
			}
		}
	}
	return losses
}

// hitRates are the probabilities that a batch of lines of the set's own column,
// and one of lines of other columns, has a line that falls on the set.
func hitRates(sets float64, m, columns int) (own, other float64) {
	falls := min(float64(columns)/(sets*float64(m)), 1)
	// Of the columns of a batch k share the sets: hypergeometric, of m-1 among the
	// others.
	free := 0.0
	batch := min(padColumns, columns-1)
	for k := 0; k <= min(batch, m-1); k++ {
		free += stats.Hypergeometric(columns-1, m-1, batch, k) * math.Pow(1-falls, float64(k*padLines))
	}
	return 1 - math.Pow(1-falls, ownLines), 1 - free
}

// searchesLoss is minus the log likelihood of all hits, less that of each
// search's own rates, of which one search can add stray at the most.
func searchesLoss(found []Search, own, other, wrong, stray float64) float64 {
	sum := 0.0
	for _, f := range found {
		sum += min(f.Own.loss(own, wrong)+f.Other.loss(other, wrong), stray)
	}
	return sum
}

// loss is minus the log likelihood of the hits, each with probability p, and a
// share of them wrong, less the least that any p gives.
func (c Tally) loss(p, wrong float64) float64 {
	if c.Batches == 0 {
		return 0
	}
	n, k := float64(c.Batches), float64(c.Hits)
	at := func(p float64) float64 {
		p = wrong + (1-2*wrong)*p
		return -k*math.Log(p) - (n-k)*math.Log1p(-p)
	}
	return at(p) - at(k/n)
}

// vote is the number of ways that most searches found. What disturbs a search
// adds a line that is not needed, or takes one that is, so that a set is found with
// more lines now and with fewer then: what the most found must lead the next,
// however many others there are.
func vote(found []Search, k constants) (Associativity, bool) {
	votes := map[int]int{}
	cast := 0
	for _, f := range found {
		if f.Lines > 0 {
			cast++
			votes[f.Lines-1]++
		}
	}
	if cast < k.FewestSearches {
		return Associativity{}, false
	}
	best, next := mostFrequent(votes)
	first := votes[best]
	var d instrument.Doubts
	d.Multiply("another number of ways was found nearly as often", stats.SignTest(first, first+next))
	d.Multiply("the searches found many numbers of ways", stats.Ramp(float64(first)/float64(cast), k.LeastVotes, k.FullVotes))
	return Associativity{Ways: opt.Some(best), Confidence: d.Confidence(), Doubts: d}, true
}
