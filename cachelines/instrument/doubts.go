package instrument

import (
	"cmp"
	"slices"

	"cachelab/internal/stats"
)

// Doubt is one reason why an answer may be wrong, with the factor that it took
// from the confidence: 1 takes nothing, 0 takes all.
type Doubt struct {
	Why    string
	Factor float64 // 0 to 1
}

// Doubts is a confidence that keeps its reasons. The zero value is full
// confidence.
type Doubts []Doubt

// noticeable is the factor below which a doubt is worth a sentence: what takes
// less than a twentieth is in every answer.
const noticeable = 0.95

// Multiply lowers the confidence by a factor and keeps why. A factor is clamped
// to 0 to 1, and NaN is 0: where nothing could be computed nothing is known.
func (d *Doubts) Multiply(why string, factor float64) {
	*d = append(*d, Doubt{Why: why, Factor: stats.Clamp01(factor)})
}

// Confidence is the product of all factors, 0 to 1.
func (d Doubts) Confidence() float64 {
	product := 1.0
	for _, doubt := range d {
		product *= doubt.Factor
	}
	return product
}

// Grave lists the doubts that cost a noticeable part of the confidence, the
// gravest first.
func (d Doubts) Grave() []Doubt {
	var out []Doubt
	for _, doubt := range d {
		if doubt.Factor < noticeable {
			out = append(out, doubt)
		}
	}
	slices.SortStableFunc(out, func(a, b Doubt) int { return cmp.Compare(a.Factor, b.Factor) })
	return out
}
