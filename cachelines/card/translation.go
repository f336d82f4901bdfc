package card

import (
	"context"
	"math"

	"cachelab/affinity/opt"
	"cachelab/cachelines/tlb"
	"cachelab/internal/format"
)

// Translation is what the translation of addresses costs on one kind of memory, as
// dependent loads show it that need one translation each (see cachelines/tlb).
type Translation struct {
	Pages     string         `json:"pages"`               // asked for: small, huge
	PageBytes opt.Value[int] `json:"page_bytes,omitzero"` // got, by the kernel's account
	StepBytes int            `json:"step_bytes"`          // from load to load: the base page, on huge pages too

	// FreeBytes is a reach within which translation costs nothing: the memory that the
	// sweep goes over, where no level ends in it. Absent: a level does, or in doubt.
	FreeBytes opt.Value[int] `json:"free_bytes,omitzero"`

	// Splintered says of huge pages that they are translated in base pages, whatever
	// the kernel's account says: so it is on a guest whose host maps it in those.
	// Absent: in doubt.
	Splintered opt.Value[bool] `json:"splintered,omitzero"`

	Levels []MeasuredTLB `json:"levels"` // near to far
}

// MeasuredTLB is one level of translation.
type MeasuredTLB struct {
	// Entries is the number of pages, StepBytes each, from which on loads begin to miss
	// the level. Absent: unsure, and the interval says what is left.
	Entries    opt.Value[int]     `json:"entries,omitzero"`
	EntriesLo  int                `json:"entries_lo"` // 95%
	EntriesHi  int                `json:"entries_hi"`
	ReachBytes opt.Value[int]     `json:"reach_bytes,omitzero"` // entries times StepBytes
	CostNS     opt.Value[float64] `json:"cost_ns,omitzero"`     // of a miss beyond a hit; of the last level, at 1.5 times the entries
	Cycles     opt.Value[float64] `json:"cycles,omitzero"`      // the cost, of the measured clock
	Confidence float64            `json:"confidence"`           // 0 to 1, that the level exists and its entries are within a tenth
	Doubts     []Doubt            `json:"doubts,omitempty"`     // what lowered the confidence, the gravest first
}

const (
	// minReportTLB is the confidence from which the card gives a number of entries and
	// not an interval alone. It is more than for caches, since another thread of the
	// core may take a part of the entries all the time: of 122 sweeps on a guest, a third
	// of them beside a load, seven numbers were wrong (by 11 to 21%), with 0.51 to 0.82;
	// of 500 on another two, with 0.90.
	minReportTLB = 0.905
	// sameEnd is within what ratio the first level's end on huge pages is that on base
	// pages: twice the tenth that either is known to.
	sameEnd = 1.2
	// farBeyond is how many times the first level's end a sweep over huge pages must be
	// free for, so that these are said to be real: a TLB that merges four pages into an
	// entry (AMD's) ends within.
	farBeyond = 8
)

// measureTranslation measures translation on the CPU of the ladder and enters it.
// Confidences are weighed by the confidence factor of the core. The error is ctx's.
func (m *measurement) measureTranslation(ctx context.Context, core float64) error {
	o := m.o.Translation
	if o.CPU.IsZero() {
		o.CPU = m.curves.CPU
	}
	curves, err := tlb.Measure(ctx, m.hints, o)
	if err != nil {
		return m.failed(ctx, "translation costs", err)
	}
	m.enterTranslation(curves, core)
	return nil
}

// enterTranslation enters the curves, and warns where huge pages are none.
func (m *Machine) enterTranslation(curves tlb.Curves, core float64) {
	small := translationOf(curves.Small, curves.ClockHz, core)
	huge := translationOf(curves.Huge, curves.ClockHz, core)
	huge.capByBasePages(small)
	if got, ok := huge.PageBytes.Get(); ok && got > huge.StepBytes {
		huge.Splintered = splintered(small, huge)
		if yes, _ := huge.Splintered.Get(); yes {
			m.warn(HugePagesSplit, "huge pages do not help on this machine: the kernel gives pages of %s, and the TLB still covers only %d pages of %s; what is below this memory, such as a guest's host, probably maps it in small pages",
				format.Bytes(got), huge.Levels[0].Entries.Or(0), format.Bytes(huge.StepBytes))
		}
	}
	m.Translation = append(m.Translation, small, huge)
}

// capByBasePages takes back what huge pages show of a level that base pages are in
// doubt of. Where huge pages show the end of a level at all it is of the same entries,
// and both are measured at the same time; a first level of 61 entries of 72 was
// reported, with 0.91, in one of 500 sweeps, whose other half was in doubt.
func (t *Translation) capByBasePages(small Translation) {
	for i := range t.Levels {
		level := &t.Levels[i]
		if i < len(small.Levels) && small.Levels[i].Confidence < level.Confidence {
			level.Confidence, level.Doubts = small.Levels[i].Confidence, small.Levels[i].Doubts
		}
		if level.Confidence < minReportTLB {
			*level = MeasuredTLB{EntriesLo: level.EntriesLo, EntriesHi: level.EntriesHi, Confidence: level.Confidence, Doubts: level.Doubts}
		}
	}
}

// splintered compares the first levels: of huge pages no level ends, if they are
// translated whole, since the sweep covers a dozen of them.
func splintered(small, huge Translation) opt.Value[bool] {
	if len(small.Levels) == 0 {
		return opt.Value[bool]{}
	}
	base, ok := small.Levels[0].Entries.Get()
	if !ok {
		return opt.Value[bool]{}
	}
	if free, ok := huge.FreeBytes.Get(); ok && free >= farBeyond*base*huge.StepBytes {
		return opt.Some(false)
	}
	if len(huge.Levels) > 0 {
		if entries, ok := huge.Levels[0].Entries.Get(); ok && math.Abs(math.Log(float64(entries)/float64(base))) < math.Log(sameEnd) {
			return opt.Some(true)
		}
	}
	return opt.Value[bool]{}
}

// translationOf is a sweep as the card has it.
func translationOf(s tlb.Sweep, clock opt.Value[float64], core float64) Translation {
	read := tlb.Infer(s)
	out := Translation{Pages: s.Pages, PageBytes: s.PageBytes, StepBytes: s.StepBytes, Levels: []MeasuredTLB{}}
	if pages, ok := read.FreeTo.Get(); ok {
		out.FreeBytes = opt.Some(pages * s.StepBytes)
	}
	for _, l := range read.Levels {
		l.Doubts.Multiply(coreDoubt, core)
		level := MeasuredTLB{EntriesLo: l.Lo, EntriesHi: l.Hi, Confidence: l.Confidence * core, Doubts: doubtsOf(l.Doubts)}
		if level.Confidence >= minReportTLB {
			level.Entries = opt.Some(l.Entries)
			level.ReachBytes = opt.Some(l.Entries * s.StepBytes)
			level.CostNS, level.Cycles = l.CostNS, cycles(l.CostNS, clock)
		}
		out.Levels = append(out.Levels, level)
	}
	return out
}
