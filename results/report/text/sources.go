package text

import (
	"fmt"
	"strings"

	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/internal/format"
)

// verdicts are the words for what the measurement says to a source.
var verdicts = map[card.Support]string{
	card.Supports: "supported by the measurement", card.Contradicts: "contradicted by the measurement",
	card.Undecided: "the measurement cannot tell", "": "not measured",
}

// sources writes what each source says of the last level and of the TLBs for data, who
// repeats it, and whether the measurement supports it; and of other caches what the
// measurement contradicts.
func (c *cardText) sources() {
	var shown []card.SourceReport
	for _, s := range c.m.Sources {
		if s.Type == topology.Instruction {
			continue
		}
		odd := s.Measured == card.Contradicts || s.MeasuredWays == card.Contradicts
		if tlb := s.PageBytes > 0; odd || tlb && s.Measured != "" || !tlb && s.Level >= 3 {
			shown = append(shown, s)
		}
	}
	if len(shown) == 0 {
		return
	}
	c.section("SOURCES", "")
	for _, s := range shown {
		name := fmt.Sprintf("L%d", s.Level)
		if s.PageBytes > 0 {
			name = fmt.Sprintf("TLB %d", s.Level)
		}
		says := s.Says() + " by " + format.OneLine(s.Source) + ": " + verdicts[s.Measured]
		if s.MeasuredWays == card.Contradicts {
			says += ", its ways are not"
		}
		if len(s.RepeatedBy) > 0 {
			says += "; repeated by " + format.OneLine(strings.Join(s.RepeatedBy, ", "))
		}
		if s.Note != "" {
			says += "; " + format.OneLine(s.Note)
		}
		c.para(fmt.Sprintf("  %-6s ", name), says)
	}
}
