package crew

import "time"

// The parts of a timed piece of work.
const (
	// partTime is how long a part takes: short against a scheduler's slice of 3 ms and
	// more, so that most parts beside another program on one CPU are free of it, and long
	// against the meeting at its ends (a microsecond).
	partTime = time.Millisecond / 2
	// firstOps is how many operations the first part has, of which nobody knows yet how
	// long they take: at most 10 µs each, which is work between seldom touches.
	firstOps = 1 << 6
	// mostGrowth bounds how wrong a part of less than a microsecond may be about the next.
	mostGrowth = 32
	// mostOffPart is the share of a part that a worker may be off its CPU, and leastClean
	// the share of all operations that the other parts must have, to stand for all.
	mostOffPart = 0.1
	leastClean  = 0.5
)

// part is a number of operations and what they took.
type part struct {
	ops  int
	span Span
}

// TimeOps is Time for n operations that may be cut anywhere: f does so many of them. They
// are done in parts, between which the crew meets. Where something else took a worker's
// CPU during less than half of the operations, the others stand for all, because that part
// says what the scheduler does and not what the operation costs. Every worker of the crew
// must call it with the same n.
func (w *Worker) TimeOps(n int, f func(n int)) Span {
	var parts []part
	for done := 0; done < n || len(parts) == 0; {
		ops := nextOps(parts, n-done)
		parts = append(parts, part{ops, w.Time(func() { f(ops) })}) // the same for all workers
		done += ops
	}
	return wholeSpan(parts)
}

// nextOps is how many of the operations that are left come next. What took least an
// operation so far is what others disturbed least.
func nextOps(parts []part, left int) int {
	next := firstOps
	for i, p := range parts {
		ops := p.ops * mostGrowth
		if p.span.Wall > 0 {
			ops = min(ops, max(1, int(float64(p.ops)*float64(partTime)/float64(p.span.Wall))))
		}
		if i == 0 || ops > next {
			next = ops
		}
	}
	if left < next+next/2 { // no small rest
		return left
	}
	return next
}

// wholeSpan is the span of all parts: by those that nothing disturbed, where they have
// enough of the operations.
func wholeSpan(parts []part) Span {
	all, clean := sumParts(parts, 1), sumParts(parts, mostOffPart)
	if clean.ops == 0 || float64(clean.ops) < leastClean*float64(all.ops) {
		return all.span
	}
	clean.span.Wall = time.Duration(float64(clean.span.Wall) * float64(all.ops) / float64(clean.ops))
	return clean.span
}

// sumParts adds up the parts during which no worker was off its CPU for more than a share
// of the time.
func sumParts(parts []part, mostOff float64) part {
	var sum part
	var overlap, off float64 // weighted by time
	for _, p := range parts {
		if p.span.OffCPU > mostOff {
			continue
		}
		sum.ops += p.ops
		sum.span.Wall += p.span.Wall
		overlap += p.span.Overlap * float64(p.span.Wall)
		off += p.span.OffCPU * float64(p.span.Wall)
	}
	if sum.span.Wall > 0 {
		sum.span.Overlap = overlap / float64(sum.span.Wall)
		sum.span.OffCPU = off / float64(sum.span.Wall)
	}
	return sum
}
