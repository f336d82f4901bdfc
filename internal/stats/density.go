package stats

import (
	"math"
	"slices"
)

// density is a Gaussian kernel estimate on a grid, in samples per unit.

// stats.KDE of go-moremath would compute it too, at a cost that grows with the
// grid times the samples. The judge's simulations find modes some 100,000 times,
// and a user's file may hold a million samples, so the samples are binned first.
type density struct {
	x0   float64
	y    []float64
	logs []float64 // sorted
}

func newDensity(logs []float64) *density {
	const reach = 4 // kernel widths; the bell is 3e-4 of its height there
	pad := reach * modeBandwidth
	d := &density{x0: logs[0] - pad, logs: logs}
	cells := int((logs[len(logs)-1]+pad-d.x0)/modeStep) + 2
	counts := make([]float64, cells)
	for _, x := range logs {
		// Linear binning: a value between two grid points counts for both.
		at := (x - d.x0) / modeStep
		i := int(at)
		counts[i] += 1 - (at - float64(i))
		counts[i+1] += at - float64(i)
	}
	const half = int(reach * modeBandwidth / modeStep)
	var kernel [2*half + 1]float64
	for i := range kernel {
		z := float64(i-half) * modeStep / modeBandwidth
		kernel[i] = math.Exp(-z*z/2) / (modeBandwidth * math.Sqrt(2*math.Pi))
	}
	d.y = make([]float64, cells)
	for i, c := range counts {
		if c == 0 {
			continue
		}
		for at := max(0, i-half); at <= min(cells-1, i+half); at++ {
			d.y[at] += c * kernel[at-i+half]
		}
	}
	return d
}

// at returns the log value of a grid point.
func (d *density) at(i int) float64 { return d.x0 + float64(i)*modeStep }

// separatePeaks returns the grid points of the peaks that are modes of their
// own, ascending. It starts from every peak and takes away the lower one of the
// least separate neighbours until all are separate.
func (d *density) separatePeaks() []int {
	var peaks []int
	for i := 1; i+1 < len(d.y); i++ {
		if d.y[i] > d.y[i-1] && d.y[i] >= d.y[i+1] {
			peaks = append(peaks, i)
		}
	}
	for len(peaks) > 1 {
		worst, depth := -1, 0.0
		for i := range len(peaks) - 1 {
			if v := d.joined(peaks[i], peaks[i+1]); v > depth {
				worst, depth = i, v
			}
		}
		if worst < 0 {
			break
		}
		if d.y[peaks[worst+1]] < d.y[peaks[worst]] {
			worst++
		}
		peaks = slices.Delete(peaks, worst, worst+1)
	}
	return peaks
}

// joined returns 0 where two peaks are separate, else how far from it they are:
// the lowest density between them as a share of the lower peak's.
func (d *density) joined(a, b int) float64 {
	lower := min(d.y[a], d.y[b])
	low := slices.Min(d.y[a : b+1])
	if low > modeValley*lower {
		return low / lower
	}
	// The valley is deep. It is a chance gap if a level stretch at the lower
	// peak's density would show as few samples there easily enough.
	from, to := a, b
	for d.y[from] > modeValley*lower {
		from++
	}
	for d.y[to] > modeValley*lower {
		to--
	}
	lo, _ := slices.BinarySearch(d.logs, d.at(from))
	hi, _ := slices.BinarySearch(d.logs, d.at(to))
	if PoissonAtMost(hi-lo, lower*(d.at(to)-d.at(from))) > modeAlpha {
		return max(low/lower, math.SmallestNonzeroFloat64)
	}
	return 0
}

// extent returns the log values between which a value belongs to a peak: out to
// modeSkirt of its height and modeReach from it, and no farther than the valley
// to the next separate peak, whose grid points are before and after (-1 or the
// grid's length where there is none).
func (d *density) extent(peak, before, after int) (lo, hi float64) {
	inside := func(i int) bool {
		return d.y[i] > modeSkirt*d.y[peak] && math.Abs(float64(i-peak))*modeStep <= modeReach
	}
	i := peak
	for i-1 > before && inside(i-1) {
		i--
	}
	j := peak
	for j+1 < after && inside(j+1) {
		j++
	}
	return d.at(i), d.at(j)
}

// bottom returns the grid point of the lowest density from a to b.
func (d *density) bottom(a, b int) int {
	return a + slices.Index(d.y[a:b+1], slices.Min(d.y[a:b+1]))
}
