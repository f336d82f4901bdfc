package card

import (
	"fmt"
	"math"
	"strings"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/internal/ladder"
	"cachelab/cachelines/reported"
	"cachelab/internal/format"
)

// SourceReport is what one source says of one cache or TLB, and what the measurement
// says to that.
type SourceReport struct {
	Level      int                `json:"level"`
	Type       topology.CacheType `json:"type"`
	PageBytes  int                `json:"page_bytes,omitempty"` // of a TLB; absent: it is a cache
	SizeBytes  opt.Value[int]     `json:"size_bytes,omitzero"`  // of a cache
	Entries    opt.Value[int]     `json:"entries,omitzero"`     // of a TLB
	Ways       opt.Value[int]     `json:"ways,omitzero"`
	Source     string             `json:"source"`                // sysfs, or a leaf of CPUID and its register
	CPU        opt.Value[int]     `json:"cpu,omitzero"`          // where CPUID was executed
	Note       string             `json:"note,omitempty"`        // what is odd about it
	RepeatedBy []string           `json:"repeated_by,omitempty"` // programs that print or use it

	// Measured is what the measurement says to the size or the number of entries:
	// supports, contradicts or undecided. Absent: nothing comparable was measured.
	Measured Support `json:"measurement,omitempty"`
	// MeasuredWays says the same to the ways.
	MeasuredWays Support `json:"measurement_of_ways,omitempty"`
}

// Support is what a measurement says to a report.
type Support string

// The values of Support.
const (
	Supports    Support = "supports"
	Contradicts Support = "contradicts"
	Undecided   Support = "undecided"
)

// mostMerged is how many neighbouring pages a TLB may keep in one entry: AMD's merge
// four, and ARM's contiguous bit sixteen. So many more pages than reported entries
// contradict nothing.
const mostMerged = 16

// sources lists what each source says of this machine; none of another one.
func sources(v *reported.Values) []SourceReport {
	if !v.Here {
		return nil
	}
	var out []SourceReport
	for _, s := range reported.Statements(v) {
		out = append(out, SourceReport{
			Level: s.Level, Type: s.Kind, PageBytes: s.PageBytes, SizeBytes: s.SizeBytes, Entries: s.Entries, Ways: s.Ways,
			Source: s.Source, CPU: s.CPU, Note: s.Note, RepeatedBy: s.RepeatedBy,
		})
	}
	return out
}

// compareSources enters what the measurement says to each source, and warns of a cache
// size that it excludes and that no cache of the card has.
func (m *measurement) compareSources() {
	for i := range m.Sources {
		s := &m.Sources[i]
		switch {
		case s.Type == topology.Instruction:
		case s.PageBytes > 0:
			s.Measured = m.compareTLB(*s)
		default:
			m.compareCache(s)
			if s.Measured == Contradicts && !m.hasReported(*s) {
				m.warnSource(*s)
			}
		}
	}
}

// compareCache enters what the measurement says to a cache.
func (m *measurement) compareCache(s *SourceReport) {
	measured := m.measuredLevel(s.Level)
	if measured == nil {
		return
	}
	if bytes, ok := s.SizeBytes.Get(); ok {
		s.Measured = compareSize(bytes, *measured)
	}
	ways, ok := s.Ways.Get()
	if counted, known := measured.Ways.Get(); ok && known {
		s.MeasuredWays = Contradicts
		if ways == counted {
			s.MeasuredWays = Supports
		}
	}
}

// compareSize compares a reported size with a measured one. An unsure size supports
// nothing, and contradicts what is far above its interval.
func compareSize(bytes int, measured MeasuredCache) Support {
	lo, hi := float64(measured.SizeLo.Or(0)), float64(measured.SizeHi.Or(math.MaxInt))
	size := float64(bytes)
	switch {
	case hi < smaller*size:
		return Contradicts
	case measured.Confidence < minReport:
		return Undecided
	case size >= lo/ladder.SameSize && size <= hi*ladder.SameSize:
		return Supports
	case size < lo/larger:
		return Contradicts
	}
	return Undecided
}

// compareTLB compares reported entries with those of the base pages.
func (m *measurement) compareTLB(s SourceReport) Support {
	entries, ok := s.Entries.Get()
	if !ok || len(m.Translation) == 0 || m.Translation[0].StepBytes != s.PageBytes || len(m.Translation[0].Levels) < s.Level {
		return ""
	}
	measured := m.Translation[0].Levels[s.Level-1]
	lo, hi := float64(measured.EntriesLo), float64(measured.EntriesHi)
	switch n := float64(entries); {
	case n < lo/mostMerged || hi < n*smaller && measured.Confidence >= minReport:
		return Contradicts
	case measured.Entries.IsZero():
		return Undecided
	case n >= lo/ladder.SameSize && n <= hi*ladder.SameSize:
		return Supports
	}
	return Undecided
}

// hasReported reports whether the card's own cache of that level has the size, so that
// it is warned of there.
func (m *Machine) hasReported(s SourceReport) bool {
	for _, c := range m.Caches {
		if c.Level == s.Level && c.SizeBytes == s.SizeBytes {
			return true
		}
	}
	return false
}

func (m *measurement) warnSource(s SourceReport) {
	measured := m.measuredLevel(s.Level)
	repeated := ""
	if len(s.RepeatedBy) > 0 {
		repeated = " (repeated by " + strings.Join(s.RepeatedBy, ", ") + ")"
	}
	m.warn(ReportContradicts, "%s reports a level %d of %s%s, but the measurement excludes that: it found about %s (%s to %s). Use the measured size",
		s.Source, s.Level, format.Bytes(s.SizeBytes.Or(0)), repeated,
		format.Bytes(measured.SizeBytes.Or(0)), format.Bytes(measured.SizeLo.Or(0)), format.Bytes(measured.SizeHi.Or(0)))
}

// Says is the report in words: "508 MiB", "96 entries of 4 KiB pages, 8 ways".
func (s SourceReport) Says() string {
	var parts []string
	if bytes, ok := s.SizeBytes.Get(); ok {
		parts = append(parts, format.Bytes(bytes))
	}
	if entries, ok := s.Entries.Get(); ok {
		parts = append(parts, fmt.Sprintf("%d entries of %s pages", entries, format.Bytes(s.PageBytes)))
	}
	if ways, ok := s.Ways.Get(); ok {
		parts = append(parts, fmt.Sprintf("%d ways", ways))
	}
	return strings.Join(parts, ", ")
}
