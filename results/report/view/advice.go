package view

import (
	"fmt"
	"strings"

	"cachelab/cachelines/card"
	"cachelab/internal/format"
)

// PadAdvice says in one sentence how far apart two writers must be kept on
// this machine, and why: from the measured interference line where it is
// certain, else from what is left of candidates and reports.
func PadAdvice(m *card.Machine) string {
	pad, line := m.Line.PadBytes, m.Line.Interference
	if pad <= 0 {
		return "No padding advice: no line size is known."
	}
	head := fmt.Sprintf("Pad to %d bytes: ", pad)
	if line == nil {
		return head + "the reported line size; interference was not measured."
	}
	size, known := line.Bytes.Get()
	if !known {
		if len(line.Candidates) == 0 {
			return head + "the reported line size; " + unmeasured(line.Reason)
		}
		return head + fmt.Sprintf("the safe choice, because the measurement leaves %s possible.", format.Ints(line.Candidates, "and"))
	}
	why := padReason(m.Line, size)
	var parts []string
	if n := line.NextLine; n != nil {
		parts = append(parts, fmt.Sprintf("%sx in one pair of lines, %sx across pairs", format.Ratio(n.SamePair), format.Ratio(n.AcrossPair)))
	}
	if line.Samples > 0 {
		parts = append(parts, fmt.Sprintf("n=%d", line.Samples))
	}
	if pad != size {
		parts = append(parts, fmt.Sprintf("the interference line is %d bytes", size))
	}
	if len(parts) > 0 {
		why += " (" + strings.Join(parts, "; ") + ")"
	}
	return head + why + "."
}

// padReason is what was seen between writers on neighbouring lines.
func padReason(l card.Line, size int) string {
	fetch := 0
	if l.Fetch != nil {
		fetch = l.Fetch.Bytes.Or(0)
	}
	switch {
	case fetch == 0:
		return fmt.Sprintf("writers %d bytes apart do not slow each other down", size)
	case size == fetch:
		// Two writers that keep their lines never miss, so that a prefetcher of pairs does
		// not show; claim E7c contends for the neighbouring line.
		return "in steady state two writers on neighbouring lines do not slow each other down"
	case size > fetch:
		return fmt.Sprintf("writers on neighbouring %d-byte lines slow each other down", fetch)
	}
	return fmt.Sprintf("writers %d bytes apart do not slow each other down, although a fetched line has %d", size, fetch)
}

// unmeasured ends a sentence with the reason of a missing measurement.
func unmeasured(reason string) string {
	if reason == "" {
		return "interference was not measured."
	}
	return strings.TrimRight(format.OneLine(reason), ".") + "."
}
