package tlb

import "cachelab/cachelines/internal/ladder"

// constants are the numbers that TLBs are inferred by. They are a value so that
// TestConstants can halve and double each.
type constants struct {
	Ladder                   ladder.Constants
	ControlShare, ControlAll float64
	Around                   float64
	ApartError               float64
	Steady, Unsteady         float64
	MovesQuantile            float64
	Narrow, Wide             float64
	Leak                     float64
	LeastCost, FullCost      float64
	CostFrom, CostTo         float64
}

var inferBy = constants{
	Ladder: ladder.Default,

	// ControlShare to ControlAll: a step is doubted when the control rises at the
	// same number of pages: not at all up to half of the step's height, and fully from
	// one and a half times. Both layouts leave a cache there, but at slightly different
	// counts: spread lines collide one physical page at a time, packed lines 64 at a
	// time.
	ControlShare: 0.5, ControlAll: 1.5,

	// Around is how far, as a ratio of pages, a knee is looked at for that.
	Around: 1.7,

	// ApartError is by how much the number of lines at which a cache is exhausted may
	// differ between the layouts: measured on the Zen 5 guest, 0.02 to 0.03 of a first
	// level of 768.
	ApartError: 0.03,

	// Steady to Unsteady is the ratio by which rounds may differ in where they cross
	// a step: by one number of pages (1.09) for noise, by a third where part of the
	// entries is taken in part of the rounds. MovesQuantile of the rounds to each side
	// are left out of that: one sample alone may be off.
	Steady: 1.12, Unsteady: 1.4, MovesQuantile: 0.2,

	// Narrow to Wide is the ratio of the interval's ends at which a number begins to
	// be doubtful, and is none: then two knees explain the sweep. Of 60 sweeps beside a
	// load on all CPUs 41 are unsure of the second level with this, and one is wrong;
	// three are without.
	Narrow: 1.8, Wide: 2.5,

	// Leak is the share of loads that may miss a level before its end: entries are
	// used by others, such as the kernel and the page tables themselves, and a hashed
	// index does not fill the sets evenly. Seen on the Zen 5 guest: half a percent on
	// 3,756 pages of 4,096, two on all.
	Leak: 0.01,

	// LeastCost and FullCost are parts of a hit in the first-level cache: what a miss
	// costs less is noise of the difference. The cheapest in the field costs more: 5 to
	// 8 cycles of a second level on a hit of 3 to 5.
	LeastCost: 0.4, FullCost: 0.8,

	// CostFrom and CostTo are where the cost of the last level is read, in its
	// entries.
	CostFrom: 1.35, CostTo: 1.65,
}
