package claims

import (
	"encoding/json"
	"fmt"
	"math"
	"os"

	"cachelab/affinity/opt"
	"cachelab/cachelines/card"
)

// ReadCard reads the machine.json of a run, or of scripts/machine -json.
func ReadCard(path string) (*card.Machine, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var measured card.Machine
	if err := json.Unmarshal(data, &measured); err != nil {
		return nil, fmt.Errorf("%s is no machine card: %w", path, err)
	}
	return &measured, nil
}

// WithMeasured adds what only a measurement tells. Experiments are sized by it where the
// system's own report may be far from what a guest gets, and where it reports nothing.
func (m Machine) WithMeasured(measured *card.Machine) Machine {
	m.Measured = true
	for _, c := range measured.Caches {
		if c.Measured == nil {
			continue
		}
		size, known := c.Measured.SizeBytes.Get()
		ways := c.Measured.Ways
		switch {
		case c.Level >= sharedLevel && known:
			m.MeasuredLLC = size
		case c.Level == 1:
			m.L1Ways = either(m.L1Ways, ways)
		case c.Level == 2:
			m.L2Ways = either(m.L2Ways, ways)
		}
	}
	for _, t := range measured.Translation {
		if yes, _ := t.Splintered.Get(); yes {
			m.NoStride = splintered
		}
		if last := len(t.Levels) - 1; t.Pages == "small" && last >= 1 {
			m.TLBPages, _ = t.Levels[last].Entries.Get()
		}
	}
	return m
}

// sharedLevel is the first level that cores share, on most machines.
const sharedLevel = 3

// splintered is why huge pages show nothing where the host behind a guest maps them in small ones.
const splintered = "the system gives huge pages, but the host behind this guest maps them in small ones"

func either(reported, measured opt.Value[int]) opt.Value[int] {
	if _, ok := reported.Get(); ok {
		return reported
	}
	return measured
}

// largestTLB is how many pages the largest second-level TLB of a mainstream core holds: 4,096 on
// AMD's Zen 5, as measured on the guest of results/reference/oxide-virtual-turin-like-2cpu-bhyve.
const largestTLB = 4096

// ManyPages is about twice what the last level of the TLB holds, as measured, or else
// twice the largest known: a power of two, so that the name of a benchmark does not
// change with each measurement.
func (m Machine) ManyPages() int {
	pages := 2 * largestTLB
	if m.TLBPages > 0 {
		pages = 2 * m.TLBPages
	}
	return 1 << int(math.Round(math.Log2(float64(pages))))
}

// Memory is a set that no cache holds: eight times the last level as measured, or else as
// reported, in a power of two.
func (m Machine) Memory() int {
	last := m.LLCBytes
	if m.MeasuredLLC > 0 {
		last = m.MeasuredLLC
	}
	return 8 << int(math.Ceil(math.Log2(float64(last))))
}
