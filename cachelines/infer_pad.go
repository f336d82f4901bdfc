package cachelines

import "fmt"

// PadFor is the distance in bytes that keeps two writers apart: the measured
// interference line where that is certain, else the largest of what it may
// be, of the fetch line's candidates and of the claims. Go's own constant for the
// architecture stands in where nobody says anything.
func PadFor(l Line) int {
	if l.Interference != nil && l.Interference.Confidence >= lineCertain {
		if bytes, ok := l.Interference.Bytes.Get(); ok {
			return bytes
		}
	}
	most := 0
	for _, c := range l.Claimed {
		most = max(most, c.Bytes)
	}
	for _, size := range []*LineSize{l.Interference, l.Fetch} {
		if size == nil {
			continue
		}
		for _, bytes := range size.Candidates {
			most = max(most, bytes)
		}
	}
	if most == 0 {
		return PadBytes()
	}
	return most
}

// PadAdvice says PadFor and why, in one line, such as
// "pad to 64: interference never reached the neighbour line, in either phase, n=24".
func PadAdvice(l Line) string {
	pad := PadFor(l)
	size := l.Interference
	if size == nil {
		return fmt.Sprintf("pad to %d: interference was not measured, that is the largest claim", pad)
	}
	if bytes, ok := size.Bytes.Get(); !ok || size.Confidence < lineCertain {
		return fmt.Sprintf("pad to %d: the largest that it may be, as the measurement did not decide (%s)", pad, size.Reason)
	} else if size.NextLine == nil {
		return fmt.Sprintf("pad to %d: the measured interference line, n=%d", bytes, size.Samples)
	}
	next := *size.NextLine
	switch {
	case next.SamePair < harmlessPair && next.AcrossPair < harmlessPair:
		return fmt.Sprintf("pad to %d: interference never reached the neighbour line, in either phase, n=%d", pad, size.Samples)
	case pad <= 64:
		return fmt.Sprintf("pad to %d: a writer 64 bytes on costs %.2fx inside a 128-byte pair and %.2fx across two, n=%d", pad, next.SamePair, next.AcrossPair, size.Samples)
	}
	return fmt.Sprintf("pad to %d: 64 bytes apart, two writers still cost %.2fx inside a 128-byte pair and %.2fx across two, n=%d", pad, next.SamePair, next.AcrossPair, size.Samples)
}
