package stats

import (
	"math"
	"slices"
)

// Mode is one peak of a distribution on a log scale: a latency class. The field
// of use is the latency between two CPUs, which takes a few values by how far
// apart they are.
type Mode struct {
	Median   float64 // of its members
	P10, P90 float64 // of its members
	Lo, Hi   float64 // a value within Lo to Hi, both included, is a member
	Count    int     // members
	Share    float64 // Count over all valid values, 0 to 1
}

// Contains reports whether a value belongs to the mode.
func (m Mode) Contains(x float64) bool { return m.Lo <= x && x <= m.Hi }

// ModeOf returns the index of the mode that a value belongs to. ok is false
// where it belongs to none: it is invalid, or lies between the modes.
func ModeOf(modes []Mode, x float64) (i int, ok bool) {
	i = slices.IndexFunc(modes, func(m Mode) bool { return m.Contains(x) })
	return max(i, 0), i >= 0
}

const (
	// modeBandwidth is the width of the smoothing kernel on the logarithm. One
	// class of core-to-core latency spreads by 0.08 (31 to 38 ns around 34.5,
	// 10th to 90th percentile) and drifts by a quarter within an hour (0.22).
	// Both must stay one peak. Two equal heaps fall apart into two peaks with a
	// valley of half their height 3.3 widths apart, a ratio of 1.3. Of 4,000
	// simulated classes with that spread and drift, 1% were taken for two with
	// five samples, and none from 20 on.
	modeBandwidth = 0.08

	// modeStep is the grid; a quarter of the kernel moves no valley visibly.
	modeStep = modeBandwidth / 4

	// modeValley is how far the density must fall between two peaks, as a
	// share of the lower one, to make two modes of them: the usual half height,
	// with which the bandwidth was chosen.
	modeValley = 0.5

	// modeSkirt is where a mode ends that has no neighbour: at this share of
	// its peak. For a class that spreads as above that is 3 of its deviations,
	// so it loses one member in 400; samples that lie farther out were disturbed.
	modeSkirt = 0.1

	// modeReach is how far from its peak a mode reaches at most, a factor of
	// 1.5, so that a mode of few samples does not collect all that lies between
	// it and the next.
	modeReach = 0.405

	// modeStrays is the share of samples that may lie anywhere, because the
	// link changed inside them (3.4% on a guest whose CPUs move) or the host
	// took the CPU away. They must not look like a mode.
	modeStrays = 0.05

	// modeAlpha is the probability with which such strays may yet pass for a
	// mode, or a chance gap may part one mode into two. A smaller one would
	// cost small samples their minority class: at one in twenty, two of five
	// are a class.
	modeAlpha = 0.05
)

// LeastModeRatio is the least ratio of two values that can be two modes: equal
// heaps that lie nearer together merge into one peak, 3.3 bandwidths apart.
var LeastModeRatio = math.Exp(3.3 * modeBandwidth)

// FindModes finds the modes of positive values, ascending. Values that are NaN,
// infinite or not positive are ignored. A value between the modes belongs to
// none, so the shares may add up to less than 1. Fewer values than make a mode
// (two of five, 1.4% of 2,000) are none; a single valid value is one. The order
// of the values does not matter.
//
// The modes are the peaks of the density of the logarithms, parted where a
// valley is both deep and improbable as a chance gap. It is a density, and not a
// chain of nearest neighbours, because the few samples during which a link
// changed lie like stepping stones between two classes: one bridge of eight
// samples would join 16 ns with 35 ns.
func FindModes(xs []float64) []Mode {
	var logs []float64
	for _, x := range xs {
		if x > 0 && !math.IsInf(x, 0) {
			logs = append(logs, math.Log(x))
		}
	}
	switch len(logs) {
	case 0:
		return nil
	case 1:
		return []Mode{modeFrom(logs, 1, logs[0]-modeBandwidth, logs[0]+modeBandwidth)}
	}
	slices.Sort(logs)
	d := newDensity(logs)
	least := leastMembers(len(logs), logs[len(logs)-1]-logs[0])
	peaks := d.separatePeaks()
	var modes []Mode
	for i, peak := range peaks {
		before, after := -1, len(d.y)
		if i > 0 {
			before = d.bottom(peaks[i-1], peak)
		}
		if i+1 < len(peaks) {
			after = d.bottom(peak, peaks[i+1])
		}
		lo, hi := d.extent(peak, before, after)
		from, _ := slices.BinarySearch(logs, lo)
		to, _ := slices.BinarySearch(logs, math.Nextafter(hi, math.Inf(1)))
		if to-from >= least {
			modes = append(modes, modeFrom(logs[from:to], len(logs), lo, hi))
		}
	}
	return modes
}

// modeFrom describes sorted logarithms, of that many in all, that lie between
// lo and hi.
func modeFrom(members []float64, all int, lo, hi float64) Mode {
	first, last := members[0], members[len(members)-1]
	const lastBits = 1e-12 // rounding in exp must not put a member outside
	return Mode{
		Median: math.Exp(Quantile(members, 0.5)),
		P10:    math.Exp(Quantile(members, 0.1)),
		P90:    math.Exp(Quantile(members, 0.9)),
		Lo:     min(math.Exp(lo), math.Exp(first)*(1-lastBits)),
		Hi:     max(math.Exp(hi), math.Exp(last)*(1+lastBits)),
		Count:  len(members),
		Share:  float64(len(members)) / float64(all),
	}
}

// leastMembers is the number of samples that make a mode: more than strays,
// spread over the whole log range of the data, would put into any one window of
// a mode's width but with probability modeAlpha. It is a scan statistic with
// Bonferroni's bound over half-overlapping windows.
func leastMembers(n int, span float64) int {
	// window is what extent keeps of a class narrower than the kernel: a bell is
	// modeSkirt of its height sqrt(2 ln 10) = 2.15 widths from its middle.
	const window = 2 * 2.15 * modeBandwidth
	windows := max(1, 2*span/window)
	mean := modeStrays * float64(n) * min(1, window/max(span, window))
	k := max(2, int(mean)) // one sample is a stray, and the mean is exceeded half of the time
	for k < n && windows*(1-PoissonAtMost(k-1, mean)) > modeAlpha {
		k++
	}
	return k
}
