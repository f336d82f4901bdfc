package view

import (
	"fmt"
	"strings"

	"cachelab/cachelines/card"
	"cachelab/internal/format"
)

// PadAdvice says in one sentence how far apart two writers must be kept on
// this machine, and why: from the measured interference line where it is
// certain, else from what is left of candidates and claims.
func PadAdvice(m *card.Machine) string {
	pad, line := m.Line.PadBytes, m.Line.Interference
	if pad <= 0 {
		return "Padding: no advice, no line size is known."
	}
	head := fmt.Sprintf("Pad to %d: ", pad)
	if line == nil {
		return head + "as claimed; interference was not measured."
	}
	size, known := line.Bytes.Get()
	if !known {
		if len(line.Candidates) == 0 {
			return head + "as claimed; " + unmeasured(line.Reason)
		}
		return head + fmt.Sprintf("the safe choice while interference leaves %s open.", format.Ints(line.Candidates, "and"))
	}
	fetch := 0
	if m.Line.Fetch != nil {
		fetch = m.Line.Fetch.Bytes.Or(0)
	}
	var why string
	switch {
	case fetch == 0:
		why = fmt.Sprintf("writers %d bytes apart do not disturb each other", size)
	case size == fetch:
		why = "interference never reached the neighbour line"
		if line.NextLine != nil {
			why += ", in either phase"
		}
	case size > fetch:
		why = fmt.Sprintf("writers on neighbouring %d-byte lines disturb each other", fetch)
	default:
		why = fmt.Sprintf("interference ends at %d bytes, below the fetch line of %d", size, fetch)
	}
	var parts []string
	if n := line.NextLine; n != nil {
		parts = append(parts, fmt.Sprintf("the next line costs x%s in its own pair, x%s across pairs", format.Ratio(n.SamePair), format.Ratio(n.AcrossPair)))
	}
	if line.Samples > 0 {
		parts = append(parts, fmt.Sprintf("n=%d", line.Samples))
	}
	if pad != size {
		parts = append(parts, fmt.Sprintf("the line is %d", size))
	}
	if len(parts) > 0 {
		why += " (" + strings.Join(parts, "; ") + ")"
	}
	return head + why + "."
}

// unmeasured ends a sentence with the reason of a missing measurement.
func unmeasured(reason string) string {
	if reason == "" {
		return "interference was not measured."
	}
	return strings.TrimRight(format.OneLine(reason), ".") + "."
}
