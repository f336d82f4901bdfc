package ladder

import (
	"math"

	"cachelab/internal/stats"
)

// WidenForDrift widens the interval of a knee whose size was not the same all the
// time, as a shared last level's: some samples leave the plateau at smaller
// sizes, some stay at larger ones. last is the end of what is looked at.
func (l Ladder) WidenForDrift(k *Knee, r Rise, last int) {
	left := func(y float64) bool { return y > r.Low+r.Enough }
	stays := func(i int) func(float64) bool {
		return func(y float64) bool { return y < (r.Low+l.Y[i])/2 }
	}
	// Samples are disturbed on the plateau too, at a rate that its first half shows.
	disturbed, all := 0, 1
	for i := r.Begin; i < last && l.X[i] < (l.X[r.Begin]+k.At)/2; i++ {
		hits, n := l.count(i, left)
		disturbed, all = disturbed+hits, all+n
	}
	more := func(i int, in func(float64) bool) bool {
		hits, n := l.count(i, in)
		return 1-stats.PoissonAtMost(hits-1, float64(n)*float64(disturbed+1)/float64(all)) < l.K.StrayAlpha
	}
	for i := r.Begin + 1; i < last && l.Y[i] < r.Low+r.Enough; i++ {
		if more(i, left) && more(i+1, left) {
			k.Lo = min(k.Lo, l.X[i-1])
			break
		}
	}
	for i := last; i > r.Begin+1 && l.X[i] > k.At; i-- {
		if l.Y[i-1] > r.Low+r.Enough && more(i, stays(i)) && more(i-1, stays(i-1)) {
			k.Hi = max(k.Hi, l.X[i])
			break
		}
	}
}

// count is how many of a point's n samples are in a range.
func (l Ladder) count(point int, in func(y float64) bool) (hits, n int) {
	for _, row := range l.Rounds {
		if math.IsNaN(row[point]) {
			continue
		}
		n++
		if in(row[point]) {
			hits++
		}
	}
	return hits, n
}
