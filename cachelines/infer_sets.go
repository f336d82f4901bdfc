package cachelines

import (
	"math"
	"slices"

	"cachelab/affinity/opt"
)

const (
	// fewestSearches make an answer: four that agree have 0.94.
	fewestSearches = 4
	// fewestSets and mostSets bound what is tried, 2^6 to 2^18: second levels of 128 KiB to 4 MiB
	// have 256 to 4,096.
	fewestSets, mostSets = 6, 18
	// setsPerOctave is how many numbers of sets between powers of two are tried, for the interval.
	setsPerOctave = 8
	// halfHalf to farLikelier is how likely one power of two must be among all to be told: of 250
	// cards beside a load the two that told half or twice the size had 0.51 and 0.55.
	halfHalf, farLikelier = 0.5, 0.9
	// setsTrust tempers the likelihood, less than fitTrust does: hits are counts, and most of what may be
	// wrong with them is in the model. Of 300 counts here, half of them beside a load, none that was told
	// with over a half was wrong.
	setsTrust = 0.8
	// strayLoss bounds what one search may say against all others: a deviation of three. One of
	// 250 was seen to find twice the hits, and its like must not decide.
	strayLoss = 4.5
	// mistaken is how many batches are taken for what they are not, at the least, and
	// mostMistaken how many may seem to have a line of the set that have none, of a search that counts.
	mistaken, mostMistaken = 0.004, 0.05
	// seldomFewer is how unlikely it is that so much of the hits is not seen: to miss a quarter is as
	// likely as a deviation of two.
	seldomFewer = 8
)

// hitsSeen are shares of the hits that may be seen: all, or fewer where another thread of the core
// takes lines at the same time.
var hitsSeen = []float64{1, 0.85, 0.72}

// setsOf turns what the searches of a cache found into its ways and size.
//
// A search that found a line more or less than most did counts as well: of its lines all but one are of
// the set.
//
// The lines of m of all columns share the sets of one column: of one where sets are
// chosen by bits of an address (m = 1), of all where all its bits are hashed. So
// of S sets each is that of one in S m/columns lines of a column of its own,
// and of none of other columns. Both rates of hits follow from S, m and how many hits are seen,
// and are told by the best of the latter two.
//
// A cache has a power of two of sets, as bits choose among them, whatever its ways are: so a
// count that is off by a quarter tells the number. The interval is that of the count.
func setsOf(found []eviction, columns, lineBytes int) (Ways, Level) {
	ways, ok := voteOf(found)
	if !ok {
		return Ways{}, Level{}
	}
	found = slices.DeleteFunc(slices.Clone(found), func(f eviction) bool {
		off := f.Lines - (ways.Ways.Or(0) + 1)
		return off < -1 || off > 1 || float64(f.None.Hits) > mostMistaken*float64(f.None.Batches)
	})
	var none collisions
	for _, f := range found {
		none.Batches, none.Hits = none.Batches+f.None.Batches, none.Hits+f.None.Hits
	}
	wrong := max(mistaken, float64(none.Hits)/float64(none.Batches+1))
	const steps = (mostSets-fewestSets)*setsPerOctave + 1
	loss, least := make([]float64, steps), math.Inf(1)
	for k := range loss {
		sets := math.Exp2(fewestSets + float64(k)/setsPerOctave)
		loss[k] = math.Inf(1)
		for m := 1; m <= columns; m *= 2 {
			own, other := collisionRates(sets, m, columns)
			for _, seen := range hitsSeen {
				unseen := seldomFewer * (1 - seen)
				loss[k] = min(loss[k], searchesLoss(found, seen*own, seen*other, wrong)+unseen)
			}
		}
		least = min(least, loss[k])
	}
	weight, total := make([]float64, steps), 0.0
	power, powers := 0, 0.0
	for k := range weight {
		weight[k] = math.Exp(setsTrust * (least - loss[k]))
		total += weight[k]
		if k%setsPerOctave == 0 {
			powers += weight[k]
			if weight[k] > weight[power] {
				power = k
			}
		}
	}
	for k := range weight {
		weight[k] /= total
	}
	powers /= total
	each := ways.Ways.Or(0) * lineBytes
	lo, hi := weightedEnds(weight, math.Log(float64(each))+fewestSets*math.Ln2, math.Ln2/setsPerOctave)
	size := each << (fewestSets + power/setsPerOctave)
	only := weight[power] / powers
	return ways, Level{
		SizeBytes: size, SizeLo: min(size, int(math.Exp(lo))), SizeHi: max(size, int(math.Exp(hi))),
		Confidence: ways.Confidence * only * ramp(only, halfHalf, farLikelier),
	}
}

// collisionRates are the probabilities that a batch of lines of the set's own column, and one
// of lines of other columns, has a line that falls on the set, where there are
// so many sets of which those of one column are shared by m.
func collisionRates(sets float64, m, columns int) (own, other float64) {
	falls := min(float64(columns)/(sets*float64(m)), 1)
	// Of the columns of a batch k share the sets: hypergeometric, of m-1 among the others.
	free := 0.0
	batch := min(padColumns, columns-1)
	for k := 0; k <= min(batch, m-1); k++ {
		free += math.Exp(choose(m-1, k)+choose(columns-m, batch-k)-choose(columns-1, batch)) *
			math.Pow(1-falls, float64(k*padLines))
	}
	return 1 - math.Pow(1-falls, ownLines), 1 - free
}

// searchesLoss is minus the log likelihood of all hits, less that of each search's own rates, of
// which one search can add strayLoss at the most.
func searchesLoss(found []eviction, own, other, wrong float64) float64 {
	sum := 0.0
	for _, f := range found {
		sum += min(f.Own.loss(own, wrong)+f.Other.loss(other, wrong), strayLoss)
	}
	return sum
}

// loss is minus the log likelihood of the hits, each with probability p, and a share of them
// wrong, less the least that any p gives.
func (c collisions) loss(p, wrong float64) float64 {
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

// choose is the logarithm of n over k; minus infinity where there is no way.
func choose(n, k int) float64 {
	if k < 0 || k > n {
		return math.Inf(-1)
	}
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// voteOf is the number of ways that most searches found. What disturbs a search adds a line that is
// not needed, or takes one that is, so that a set is found with more lines now and
// with fewer then: what the most found must lead the next, however many others there are.
func voteOf(found []eviction) (Ways, bool) {
	votes := map[int]int{}
	cast := 0
	for _, f := range found {
		if f.Lines > 0 {
			cast++
			votes[f.Lines-1]++
		}
	}
	best, next := 0, 0
	for ways, n := range votes {
		if n > votes[best] || n == votes[best] && ways < best {
			best = ways
		}
	}
	for ways, n := range votes {
		if ways != best {
			next = max(next, n)
		}
	}
	if cast < fewestSearches {
		return Ways{}, false
	}
	first := votes[best]
	share := float64(first) / float64(cast)
	return Ways{Ways: opt.Some(best), Confidence: signTest(first, first+next) * ramp(share, 0.2, 0.4)}, true
}
