package figure

import (
	"fmt"
	"math"
	"slices"

	"cachelab/internal/stats"
)

// spread summarises the samples of one benchmark for a picture: the median,
// and between which values nine tenths of them lie. It shows how much single
// samples vary; the uncertainty of a ratio is the judge's business.
type spread struct {
	Lo, Mid, Hi float64 // 5th, 50th and 95th percentile
	N           int
}

// few reports whether a mark must be hollow: percentiles of fewer samples than an
// interval of the median takes say nothing that the range does not say. N is 0 where
// nobody counted.
func (s spread) few() bool { return s.N > 0 && s.N < stats.MinMedianInterval }

// hollowNote is what a subtitle says of hollow marks, empty where there are none.
func hollowNote(all []*series) string {
	least := 0
	for _, s := range all {
		for _, q := range s.Points {
			if q.few() && (least == 0 || q.N < least) {
				least = q.N
			}
		}
	}
	if least == 0 {
		return ""
	}
	return fmt.Sprintf("; hollow marks: under %d samples, down to n = %d", stats.MinMedianInterval, least)
}

// spreadOf summarises values; N is 0 where there are none. Of a few values Lo and Hi are
// the range.
func spreadOf(values []float64) spread {
	if len(values) == 0 {
		return spread{}
	}
	s := slices.Clone(values)
	slices.Sort(s)
	if q := (spread{s[0], stats.Quantile(s, 0.5), s[len(s)-1], len(s)}); q.few() {
		return q
	}
	return spread{stats.Quantile(s, 0.05), stats.Quantile(s, 0.5), stats.Quantile(s, 0.95), len(s)}
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
