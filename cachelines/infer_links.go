package cachelines

import (
	"math"
	"slices"
)

// Cluster is one class of link latencies found in the data: where two CPUs
// spent a part of their time, for example on two cores of one L3.
type Cluster struct {
	MedianNS float64 // of its members
	P10NS    float64
	P90NS    float64
	LoNS     float64 // a latency within LoNS to HiNS, both included, is a member
	HiNS     float64
	Count    int
	Share    float64 // Count over all valid samples, 0 to 1
}

// Contains reports whether a latency in nanoseconds belongs to the class.
func (c Cluster) Contains(ns float64) bool { return c.LoNS <= ns && ns <= c.HiNS }

// AssignLinkClass returns the index of the class that a latency in
// nanoseconds belongs to. ok is false where it belongs to none: the sample is
// invalid, was disturbed, or the link changed class during it.
func AssignLinkClass(classes []Cluster, ns float64) (class int, ok bool) {
	for i, c := range classes {
		if c.Contains(ns) {
			return i, true
		}
	}
	return 0, false
}

const (
	// linkBandwidth is the width of the smoothing kernel on the logarithm of
	// the latency. Two heaps of equal size fall apart into two peaks with a
	// valley of half their height 3.3 widths apart, that is at a ratio of 1.3:
	// just beyond the quarter by which one and the same class drifts within
	// an hour (TRAPS H3).
	linkBandwidth = 0.08

	// linkStep is the grid; a quarter of the kernel moves no valley visibly.
	linkStep = linkBandwidth / 4

	// linkValley is how deep a valley must be, as a part of the lower of
	// its two peaks. The usual choice of half the height: it is what the
	// bandwidth above was chosen with.
	linkValley = 0.5

	// linkEdge is where a class ends: at this part of its peak. For a bell
	// of one class's width here (log deviation 0.08, TRAPS H2) that takes in
	// 98 of 100 members and leaves the values between two classes out.
	linkEdge = 0.25

	// linkBetween is the share of samples that may lie anywhere, because
	// the link changed inside them (3.4% here, TRAPS H2) or the host took the
	// CPU away. They must not look like a class.
	linkBetween = 0.05

	// linkAlpha is the probability with which such strays may yet pass for a
	// class, or a chance gap may part one class into two. A smaller one
	// would cost small samples their minority class: at one in twenty, two
	// of five are a class.
	linkAlpha = 0.05
)

// FindLinkClasses finds the classes in a sample of link latencies in
// nanoseconds, ascending by latency. Values that are NaN, infinite or not
// positive are passed over. Values between the classes belong to none, so the
// shares may add up to less than 1. Fewer samples than make a class (two of
// five, 1.2% of 2,000) are no class; a single valid sample is.
//
// The classes are the peaks of the density of the logarithm of the latency,
// parted where a valley is both deep and improbable as a chance gap. It is a
// density, and not a chain of nearest neighbours, because the few samples
// during which the link changed lie like stepping stones between two classes.
func FindLinkClasses(casNS []float64) []Cluster {
	var logs []float64
	for _, ns := range finite(casNS) {
		if ns > 0 {
			logs = append(logs, math.Log(ns))
		}
	}
	if len(logs) == 0 {
		return nil
	}
	slices.Sort(logs)
	if len(logs) == 1 {
		ns := math.Exp(logs[0])
		return []Cluster{{
			MedianNS: ns, P10NS: ns, P90NS: ns, Count: 1, Share: 1,
			LoNS: ns * math.Exp(-linkBandwidth), HiNS: ns * math.Exp(linkBandwidth),
		}}
	}
	d := newDensity(logs)
	least := leastMembers(len(logs), logs[len(logs)-1]-logs[0])
	var classes []Cluster
	peaks := d.separatePeaks()
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
		members := logs[from:to]
		if len(members) < least {
			continue
		}
		classes = append(classes, Cluster{
			MedianNS: math.Exp(quantile(members, 0.5)),
			P10NS:    math.Exp(quantile(members, 0.1)),
			P90NS:    math.Exp(quantile(members, 0.9)),
			// The edges are set on the logarithm; the last bit of exp must
			// not put a member outside.
			LoNS:  min(math.Exp(lo), math.Exp(members[0])*(1-1e-12)),
			HiNS:  max(math.Exp(hi), math.Exp(members[len(members)-1])*(1+1e-12)),
			Count: len(members),
			Share: float64(len(members)) / float64(len(logs)),
		})
	}
	return classes
}

// leastMembers is the number of samples that make a class: more than strays,
// spread over the whole log range of the data, would put into any one window
// of a class's width but with probability linkAlpha. It is a scan statistic
// with Bonferroni's bound over half-overlapping windows.
func leastMembers(n int, span float64) int {
	const window = 4 * linkBandwidth // what extent keeps of a narrow class
	windows := max(1, 2*span/window)
	mean := linkBetween * float64(n) * min(1, window/max(span, window))
	k := 2 // one sample is a stray
	for k < n && windows*(1-poissonAtMost(k-1, mean)) > linkAlpha {
		k++
	}
	return k
}

// density is a kernel estimate on a grid, in samples per unit of log latency.
type density struct {
	x0   float64
	y    []float64
	logs []float64 // sorted
}

func newDensity(logs []float64) *density {
	const reach = 4 // kernel widths; the bell is 3e-4 of its height there
	pad := reach * linkBandwidth
	d := &density{x0: logs[0] - pad, logs: logs}
	cells := int((logs[len(logs)-1]+pad-d.x0)/linkStep) + 2
	counts := make([]float64, cells)
	for _, x := range logs {
		// Linear binning: a value between two grid points counts for both.
		at := (x - d.x0) / linkStep
		i := int(at)
		counts[i] += 1 - (at - float64(i))
		counts[i+1] += at - float64(i)
	}
	const half = int(reach * linkBandwidth / linkStep)
	var kernel [2*half + 1]float64
	for i := range kernel {
		z := float64(i-half) * linkStep / linkBandwidth
		kernel[i] = math.Exp(-z*z/2) / (linkBandwidth * math.Sqrt(2*math.Pi))
	}
	d.y = make([]float64, cells)
	for i, c := range counts {
		if c == 0 {
			continue
		}
		for j, w := range kernel {
			if at := i + j - half; at >= 0 && at < cells {
				d.y[at] += c * w
			}
		}
	}
	return d
}

// at returns the log latency of a grid point.
func (d *density) at(i int) float64 { return d.x0 + float64(i)*linkStep }

// separatePeaks returns the grid points of the peaks that are classes of
// their own, ascending. It starts from every peak and takes away the lower
// one of the least separate neighbours until all are separate.
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
			if v := d.valley(peaks[i], peaks[i+1]); v > depth {
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

// valley returns 0 where two peaks are separate, else how far from it they
// are: the lowest density between them as a part of the lower peak's.
func (d *density) valley(a, b int) float64 {
	lower := min(d.y[a], d.y[b])
	low := slices.Min(d.y[a : b+1])
	if low > linkValley*lower {
		return low / lower
	}
	// The valley is deep. It is a chance gap if a level stretch at the lower
	// peak's density would show as few samples there easily enough.
	from, to := a, b
	for d.y[from] > linkValley*lower {
		from++
	}
	for d.y[to] > linkValley*lower {
		to--
	}
	lo, _ := slices.BinarySearch(d.logs, d.at(from))
	hi, _ := slices.BinarySearch(d.logs, d.at(to))
	if poissonAtMost(hi-lo, lower*(d.at(to)-d.at(from))) > linkAlpha {
		return max(low/lower, math.SmallestNonzeroFloat64)
	}
	return 0
}

// extent returns the log latencies between which a value belongs to a peak:
// out to linkEdge of its height, and no farther than the valley to the next
// separate peak, whose grid points are before and after (-1 or the grid's
// length where there is none).
func (d *density) extent(peak, before, after int) (lo, hi float64) {
	edge := linkEdge * d.y[peak]
	i := peak
	for i-1 > before && d.y[i-1] > edge {
		i--
	}
	j := peak
	for j+1 < after && d.y[j+1] > edge {
		j++
	}
	return d.at(i), d.at(j)
}

// bottom returns the grid point of the lowest density from a to b.
func (d *density) bottom(a, b int) int {
	low := a
	for i := a; i <= b; i++ {
		if d.y[i] < d.y[low] {
			low = i
		}
	}
	return low
}
