package figure

import (
	"math"
	"slices"
)

// spread summarises the samples of one benchmark for a picture: the median,
// and between which values nine tenths of them lie. It shows how much single
// samples vary; the uncertainty of a ratio is the judge's business.
type spread struct {
	Lo, Mid, Hi float64 // 5th, 50th and 95th percentile
	N           int
}

// spreadOf summarises values; N is 0 where there are none.
func spreadOf(values []float64) spread {
	if len(values) == 0 {
		return spread{}
	}
	s := slices.Clone(values)
	slices.Sort(s)
	return spread{quantile(s, 0.05), quantile(s, 0.5), quantile(s, 0.95), len(s)}
}

// quantile returns the q-quantile (0 to 1) of ascending values, interpolated
// between neighbours (Hyndman and Fan 1996, definition 7, as in R and NumPy).
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(math.Floor(at))
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// extent returns the smallest and largest finite value, and whether there is
// one; with positive set, only values above zero count, as on a log axis.
func extent(values []float64, positive bool) (lo, hi float64, ok bool) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) || positive && v <= 0 {
			continue
		}
		lo, hi, ok = min(lo, v), max(hi, v), true
	}
	return lo, hi, ok
}
