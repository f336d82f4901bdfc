package stats

import (
	"cmp"
	"math"
	"slices"
)

const (
	// LeastForStates is the fewest values in order in which a change of state is
	// looked for: of fewer, every second chance order looks like one.
	LeastForStates = 10

	// manyAlike over the root of their number is the lag-1 autocorrelation of the ranks
	// from which values in order are taken to come from more than one state: 0.5 for ten
	// values. Of independent values 5% exceed it (20,000 simulated runs for each of ten
	// numbers from 10 to 100, as for the next two).
	manyAlike = 1.6

	// changeFrom is the standardised rank sum of the values before the best cut from
	// which there is a change, for ten values, and changeGrowth by how much it grows
	// with the logarithm of their number. One state exceeds it in a tenth of the runs.
	// That only widens an interval, where a change that is missed makes a wrong one:
	// a twentieth would miss 15% instead of 13% of the large changes in twelve values
	// with outliers, and 35% instead of 30% of those of three deviations.
	changeFrom, changeGrowth = 2.2, 0.23

	// leastState is the fewest values that make a state: two are outliers.
	leastState = 3
)

// StatesInterval is [MedianIntervalAt] of values in the order in which they were
// measured, by something that may have changed meanwhile. after lists after how
// many values it changed; it is empty where nothing shows a change, and the
// interval is then that of MedianIntervalAt.
//
// An interval of a median takes its values for independent draws from one
// distribution. Where a state changed once, the interval closes in on a value between
// the two states, or on the longer one, and contains neither or one of them. Of a
// changed state the interval here reaches over the intervals of all states, so that a
// decision by it holds in each. The spread of a state is that of all values about the
// median of their own state, scaled to the length of the state.
func StatesInterval(xs []float64, coverage float64) (median, lo, hi float64, after []int) {
	median, lo, hi = MedianIntervalAt(xs, coverage)
	after = Changes(xs)
	if len(after) == 0 {
		return median, lo, hi, nil
	}
	var middles, sizes, residuals []float64
	for _, state := range parts(xs, after) {
		m := Median(state)
		middles, sizes = append(middles, m), append(sizes, float64(len(state)))
		for _, x := range state {
			residuals = append(residuals, x-m)
		}
	}
	middle, down, up := MedianIntervalAt(residuals, coverage)
	lo, hi = math.Inf(1), math.Inf(-1)
	for i, m := range middles {
		scale := math.Sqrt(float64(len(xs)) / sizes[i])
		lo, hi = min(lo, m-scale*(middle-down)), max(hi, m+scale*(up-middle))
	}
	return median, lo, hi, after
}

// Changes lists after how many values, in order, the state that they come from
// changed, ascending; nil where nothing shows a change. It asks two questions, of
// ranks, so that outliers count little: whether neighbours are alike (see
// [RankAutocorrelation]), which finds states that come back as well, and whether the
// values before some place differ from those after it (the standardised form of
// Pettitt, "A non-parametric approach to the change-point problem", Applied
// Statistics 28, 1979), which finds a single change better. Each part is asked again.
// No value is NaN.
func Changes(xs []float64) []int {
	n := float64(len(xs))
	if len(xs) < LeastForStates {
		return nil
	}
	alike := RankAutocorrelation(xs) > manyAlike/math.Sqrt(n)
	if !alike && largestCut(xs) <= changeFrom+changeGrowth*math.Log(n/LeastForStates) {
		return nil
	}
	at := bestCut(xs)
	after := append(Changes(xs[:at]), at)
	for _, more := range Changes(xs[at:]) {
		after = append(after, at+more)
	}
	return after
}

// RankAutocorrelation is the lag-1 autocorrelation of the ranks of values in order,
// -1 to 1, from the rank version of von Neumann's ratio (Bartels, Journal of the
// American Statistical Association 77, 1982): near 0 for independent values. It is 0 where all are
// equal, and for fewer than three.
func RankAutocorrelation(xs []float64) float64 {
	ranks := midRanks(xs)
	mean := float64(len(xs)+1) / 2
	var steps, squares float64
	for i, r := range ranks {
		squares += (r - mean) * (r - mean)
		if i > 0 {
			steps += (r - ranks[i-1]) * (r - ranks[i-1])
		}
	}
	if squares == 0 || len(xs) < 3 {
		return 0
	}
	return 1 - steps/squares/2
}

// largestCut is the rank sum of the values before a cut, in standard deviations from
// what it would be without a change, at the cut where that is largest.
func largestCut(xs []float64) (most float64) {
	n, above := float64(len(xs)), 0.0
	for i, r := range midRanks(xs) {
		above += 2*r - n - 1
		if before := float64(i + 1); before >= leastState && n-before >= leastState {
			most = max(most, math.Abs(above)/math.Sqrt(before*(n-before)*(n+1)/3))
		}
	}
	return most
}

// bestCut is after how many values a change explains them best: with the least sum
// of distances from the medians of the two parts.
func bestCut(xs []float64) int {
	best, least := leastState, math.Inf(1)
	for at := leastState; at <= len(xs)-leastState; at++ {
		if sum := distances(xs[:at]) + distances(xs[at:]); sum < least {
			best, least = at, sum
		}
	}
	return best
}

// distances is the sum of the distances from the median.
func distances(xs []float64) (sum float64) {
	m := Median(xs)
	for _, x := range xs {
		sum += math.Abs(x - m)
	}
	return sum
}

// parts cuts values after so many of them.
func parts(xs []float64, after []int) [][]float64 {
	var out [][]float64
	from := 0
	for _, at := range append(slices.Clone(after), len(xs)) {
		out = append(out, xs[from:at])
		from = at
	}
	return out
}

// midRanks are the ranks from 1, equal values by the mean of theirs.
func midRanks(xs []float64) []float64 {
	order := indices(len(xs))
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(xs[a], xs[b]) })
	ranks := make([]float64, len(xs))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && xs[order[j]] == xs[order[i]] {
			j++
		}
		for _, at := range order[i:j] {
			ranks[at] = float64(i+1+j) / 2
		}
		i = j
	}
	return ranks
}
