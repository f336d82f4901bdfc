package view

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
)

// programBytes is the program that Meyers divides the caches of a Core i7-9xx by (CPU
// Caches and Why You Care, slides of 2010): 8% of 100 MB are in an L3 of 8 MB, 0.25% in
// an L2 of 256 KB and 0.03% in an L1 of 32 KB.
const programBytes = 100_000_000

// ProgramShare says how much of a program of 100 MB is in one cache of each level, by the
// reported size and by the measured one. It is arithmetic, and no claim. It is empty
// where no size is known.
func ProgramShare(m *card.Machine) string {
	var parts []string
	for _, g := range GroupCaches(m.Caches) {
		if g.Type == topology.Instruction {
			continue
		}
		var measured opt.Value[int]
		if g.Measured != nil {
			measured = g.Measured.SizeBytes
		}
		s := shareText(g.Label(), g.SizeBytes, measured)
		if s == "" || slices.Contains(parts, s) {
			continue
		}
		// Cores of several kinds have first levels of several sizes.
		if n := len(parts); n > 0 && strings.HasSuffix(parts[n-1], "% in "+g.Label()) && strings.HasSuffix(s, "% in "+g.Label()) {
			parts[n-1] = strings.TrimSuffix(parts[n-1], " in "+g.Label())
			s = parts[n-1] + " or " + s
			parts = parts[:n-1]
		}
		parts = append(parts, s)
	}
	if len(parts) == 0 {
		return ""
	}
	return "Of a 100 MB program: " + strings.Join(parts, ", ") + "."
}

// shareText is one cache's share of the program. Two sizes that are one share to two
// digits are said once.
func shareText(cache string, reported, measured opt.Value[int]) string {
	share := func(size opt.Value[int]) string {
		n, ok := size.Get()
		if !ok {
			return ""
		}
		if n >= programBytes {
			return "all"
		}
		return strconv.FormatFloat(100*float64(n)/programBytes, 'g', 2, 64) + "%"
	}
	r, m := share(reported), share(measured)
	switch {
	case r == "" && m == "":
		return ""
	case r == m || m == "":
		return r + " in " + cache
	case r == "":
		return m + " in " + cache + " (measured)"
	}
	return fmt.Sprintf("%s in %s (reported: %s)", m, cache, r)
}
