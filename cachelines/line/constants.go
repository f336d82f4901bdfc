package line

// constants are the numbers that lines are inferred by. They are a value so that
// TestConstants can halve and double each.
type constants struct {
	MinDecided           float64
	MinCertain           float64
	LeastStep, FullStep  float64
	HiddenWhole          float64
	HiddenTrace          float64
	HiddenFrom, HiddenTo float64
	SeenPair, MissedPair float64
	Sigmas               float64
	ModelDoubt           float64
	HarmlessPair         float64
	Plausible            float64
	RarePrior, PairPrior float64
	OddPoint             float64
	LeastNoise           float64
	ScaleShrink          float64
}

var inferBy = constants{
	// MinDecided is the confidence from which a method has an answer of its own: more
	// likely right than not.
	MinDecided: 0.5,

	// MinCertain is the confidence from which no other candidate is named: what the
	// machine card calls certain.
	MinCertain: MinCertain,

	// LeastStep and FullStep are the ratios of the two levels at which a step begins
	// to count as a line, and at which it counts in full. Times vary by up to a tenth
	// with the distance for other reasons (DRAM pages and banks, sets); a second miss
	// costs at least a third of the first, because an open DRAM page saves its
	// activation only, and a shared line costs a transfer for each access (2x and more
	// wherever it was measured, bench/TRAPS.md H3).
	LeastStep: 1.1, FullStep: 1.3,

	// A neighbour line whose cost is such a part of a miss: up to HiddenWhole it is
	// nothing, and the pair comes in as one line for all purposes; from HiddenTrace it
	// is a hit in the next cache (some 10 cycles of 300), the mark of a prefetched pair
	// or of a line that comes in pieces, and the data cannot tell; from HiddenFrom to
	// HiddenTo a line of its own becomes the only explanation left.
	HiddenWhole: 0.01, HiddenTrace: 0.03, HiddenFrom: 0.15, HiddenTo: 0.35,

	// A pair that costs up to SeenPair of a miss is for all purposes one line; if one
	// of MissedPair could have been missed in the noise, half of the confidence goes.
	SeenPair: 0.06, MissedPair: 0.12,

	// Sigmas standard errors are where an estimate may still be.
	Sigmas: 2,

	// ModelDoubt is what is left of doubt by the best data: the model, a curve of
	// levels parted by lines, may not be this machine's.
	ModelDoubt: 0.005,

	// HarmlessPair is the cost ratio under which a writer on the neighbour line is no
	// interference: the judge's band of no effect.
	HarmlessPair: 1.05,

	// Plausible is the posterior weight from which a size stays a candidate.
	Plausible: 0.05,

	// RarePrior is the weight of 16 and of 512 bytes before any data, against 1 of the
	// others; it counts only where the data are weak. No CPU that Go runs on has
	// 16-byte lines any more, and none had 512, while both sizes are the easiest to
	// mimic: for the seam methods 512 is one single deviating point.
	RarePrior: 0.01,

	// PairPrior is the weight of "the neighbour line is something between" against
	// "lines are lines": the spatial prefetcher is common on one vendor's CPUs and
	// absent on others.
	PairPrior: 0.3,

	// OddPoint is the share of distances whose time may be off for good in all rounds,
	// for reasons of their own: an unlucky set or bank for the blocks of that distance.
	OddPoint: 0.05,

	// LeastNoise is the smallest deviation assumed, on the logarithm: two timings of
	// 100 µs by a clock that costs 50 ns agree no better. Where times agree exactly it is
	// all that is left; its size decides nothing (TestLeastNoiseIsOnlyAFloor).
	LeastNoise: 0.002,

	// ScaleShrink pulls each group's noise towards the pooled noise, as if the pool
	// added four points. A group may have only one.
	ScaleShrink: 4,
}

// MinCertain is the confidence from which a line size is certain.
const MinCertain = 0.9
