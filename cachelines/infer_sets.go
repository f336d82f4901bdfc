package cachelines

import (
	"math"

	"cachelab/affinity"
)

const (
	// fewestSearches make an answer.
	fewestSearches = 4
	// fewestSets and mostSets bound what is tried, 2^6 to 2^18: second levels of 128 KiB to 4 MiB
	// have 256 to 4,096.
	fewestSets, mostSets = 6, 18
	// setsPerOctave is how many numbers of sets between powers of two are tried, for the interval.
	setsPerOctave = 8
	// notAPower and surelyNot are how much less likely than the best number, as the difference
	// of logarithms, the nearest power of two may be: 2 is what two standard deviations are.
	notAPower, surelyNot = 2, 5
)

// setsOf turns what the searches of a cache found into its ways and size.
//
// The lines of m of all columns share the sets of one column: of one where sets are
// chosen by bits of an address (m = 1), of all where all its bits are hashed. So
// of S sets each is that of one in S m/columns lines of a column of its own,
// and of none of other columns. Both numbers of hits follow from S and m, and are summed over m.
//
// A cache has a power of two of sets, as bits choose among them, whatever its ways are: so a
// count that is off by a quarter tells the number. The interval is that of the count.
func setsOf(found []eviction, columns, lineBytes int) (Ways, Level) {
	ways, ok := voteOf(found)
	if !ok {
		return Ways{}, Level{}
	}
	var own, other collisions
	for _, f := range found {
		if f.Lines == ways.Ways.Or(0)+1 {
			own, other = own.plus(f.Own), other.plus(f.Other)
		}
	}
	const steps = (mostSets-fewestSets)*setsPerOctave + 1
	loss, least := make([]float64, steps), math.Inf(1)
	for k := range loss {
		sets := math.Exp2(fewestSets + float64(k)/setsPerOctave)
		loss[k] = math.Inf(1)
		for m := 1; m <= columns; m *= 2 {
			loss[k] = min(loss[k], collisionLoss(own, other, sets, m, columns))
		}
		least = min(least, loss[k])
	}
	weight, total := make([]float64, steps), 0.0
	power, powers := 0, 0.0
	for k := range weight {
		weight[k] = math.Exp(fitTrust * (least - loss[k]))
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
	return ways, Level{
		SizeBytes: size, SizeLo: min(size, int(math.Exp(lo))), SizeHi: max(size, int(math.Exp(hi))),
		Confidence: ways.Confidence * weight[power] / powers * (1 - ramp(loss[power]-least, notAPower, surelyNot)),
	}
}

// collisionLoss is minus the log likelihood of the hits for so many sets, of which
// those of one column are shared by m.
func collisionLoss(own, other collisions, sets float64, m, columns int) float64 {
	falls := min(float64(columns)/(sets*float64(m)), 1)
	stays := 1 - math.Pow(1-falls, ownLines)
	// Of the columns of a batch k share the sets: hypergeometric, of m-1 among the others.
	free := 0.0
	batch := min(padColumns, columns-1)
	for k := 0; k <= min(batch, m-1); k++ {
		free += math.Exp(choose(m-1, k)+choose(columns-m, batch-k)-choose(columns-1, batch)) *
			math.Pow(1-falls, float64(k*padLines))
	}
	return own.loss(stays) + other.loss(1-free)
}

// loss is minus the log likelihood of the hits, each with probability p. A hundredth of the
// hits may be others than they seem.
func (c collisions) loss(p float64) float64 {
	const mistaken = 0.002
	p = mistaken + (1-2*mistaken)*p
	return -float64(c.Hits)*math.Log(p) - float64(c.Batches-c.Hits)*math.Log1p(-p)
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

// voteOf is the number of ways that most searches found.
func voteOf(found []eviction) (Ways, bool) {
	votes := map[int]int{}
	cast := 0
	for _, f := range found {
		if f.Lines > 0 {
			cast++
			votes[f.Lines-1]++
		}
	}
	best := 0
	for ways, n := range votes {
		if n > votes[best] || n == votes[best] && ways < best {
			best = ways
		}
	}
	if cast < fewestSearches {
		return Ways{}, false
	}
	// Searches of a cache that replaces by chance do not agree.
	share := float64(votes[best]) / float64(cast)
	return Ways{Ways: affinity.Some(best), Confidence: signTest(votes[best], cast) * ramp(share, 0.4, 0.7)}, true
}

func (c collisions) plus(d collisions) collisions {
	return collisions{c.Batches + d.Batches, c.Hits + d.Hits}
}
