package cachelines

import (
	"math"

	"cachelab/affinity"
)

const (
	// fewestSearches make an answer.
	fewestSearches = 4
	// poolError is what the number of sets is off by, relative, however many lines
	// were looked at: the set that overflows first has more lines than the others, and two
	// lines of a batch may fall on it.
	poolError = 0.1
	// A count that is so many deviations from the nearest power of two begins to be none, and
	// is none.
	nearPower, noPower = 1.5, 3
	// fewestSets and mostSets are those of second levels, with room: 256 (an 128 KiB level of 8
	// ways) to 4,096 (Apple's of 16 MiB are shared) in the field.
	fewestSets, mostSets = 1 << 6, 1 << 18
)

// setsOf turns what the searches of a cache found into its ways and size. A cache has
// a power of two of sets, as bits choose among them, whatever its ways are: so a count that is
// off by a quarter tells the number. The interval is that of the count.
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
	rateOwn, varOwn := own.rate(ownLines)
	rateOther, varOther := other.rate(padColumns * padLines)
	// Of the lines of a block one is in the column of the set, the others are not.
	rest := float64(columns - 1)
	sum := rateOwn + rest*rateOther
	count := float64(columns) / sum
	off := math.Hypot(math.Sqrt(varOwn+rest*rest*varOther)/sum, poolError)

	best, weight, total := 0, 0.0, 0.0
	for sets := fewestSets; sets <= mostSets; sets *= 2 {
		z := math.Log(float64(sets)/count) / off
		w := math.Exp(-z * z / 2)
		total += w
		if w > weight {
			best, weight = sets, w
		}
	}
	if best == 0 {
		return ways, Level{}
	}
	away := math.Abs(math.Log(float64(best)/count)) / off
	size := float64(best * ways.Ways.Or(0) * lineBytes)
	measured := size * count / float64(best)
	const z95 = 1.96
	return ways, Level{
		SizeBytes: int(size),
		SizeLo:    int(min(size, measured*math.Exp(-z95*off))), SizeHi: int(max(size, measured*math.Exp(z95*off))),
		Confidence: ways.Confidence * weight / total * (1 - ramp(away, nearPower, noPower)),
	}
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
	return Ways{Ways: affinity.Some(best), Confidence: signTest(votes[best], cast)}, true
}

func (c collisions) plus(d collisions) collisions {
	return collisions{c.Batches + d.Batches, c.Hits + d.Hits}
}

// rate is the probability that one line falls on the set, by batches of so many lines,
// and its variance. None of none would be a certainty: half a hit is added to both.
func (c collisions) rate(lines int) (rate, variance float64) {
	n := float64(c.Batches + 1)
	p := (float64(c.Hits) + 0.5) / n
	b := float64(lines)
	return -math.Log1p(-p) / b, p / ((1 - p) * n * b * b)
}
