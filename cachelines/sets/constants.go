package sets

import "cachelab/cachelines/internal/ladder"

// constants are the numbers that ways and sets are inferred by. They are a value
// so that TestConstants can halve and double each.
type constants struct {
	LeastCliff, FullCliff   float64
	LeastRounds             int
	SidePoints              int
	RoundShare              float64
	LowQuarter              float64
	FewestSearches          int
	HalfHalf, FarLikelier   float64
	SetsTrust               float64
	StrayLoss               float64
	MinErrorRate            float64
	MostErrorRate           float64
	FewHitsLoss             float64
	LeastVotes, FullVotes   float64
	ScatterNoise            float64
	ScatterShape            float64
	ScatterTrust            float64
	ScatterCap              float64
	OthersTake              float64
	ScatterMargin           float64
	GoodFit, BadFit         float64
	LeastRise, FullRise     float64
	SteadySpread, MovSpread float64
}

var inferBy = constants{
	// LeastCliff and FullCliff are the ratios of the times after and before the
	// step at which it begins to count, and counts in full: the nearest two levels
	// in the field are 2.5x apart, and a TLB costs a fifth.
	LeastCliff: 1.3, FullCliff: 2,

	// LeastRounds with a step make an answer.
	LeastRounds: 5,

	// SidePoints are on each side of a step: fewer are an outlier at an end.
	SidePoints: 2,

	// RoundShare of a round's points must be valid for it to vote.
	RoundShare: 0.75,

	// LowQuarter of the step is where the times leave the lower level: lines that
	// are replaced at random leave a slope after the step, whose beginning is the
	// question.
	LowQuarter: 0.25,

	// FewestSearches make an answer: four that agree have 0.94.
	FewestSearches: 4,

	// HalfHalf to FarLikelier is how likely one power of two must be among all to
	// be reported: of 250 cards beside a load the two that reported half or twice
	// the size had 0.51 and 0.55.
	HalfHalf: 0.5, FarLikelier: 0.9,

	// SetsTrust tempers the likelihood, less than ladder's FitTrust does: hits are
	// counts, and most of what may be wrong with them is in the model. Of 300 counts
	// on the Zen 5 guest, half of them beside a load, none that was reported with
	// over a half was wrong.
	SetsTrust: 0.8,

	// StrayLoss bounds what one search may say against all others: a deviation of
	// three. One of 250 was seen to find twice the hits, and its like must not
	// decide.
	StrayLoss: 4.5,

	// MinErrorRate: at least 0.4% of batches are misclassified. MostErrorRate: a
	// search is discarded when over 5% of its empty batches look like hits.
	MinErrorRate: 0.004, MostErrorRate: 0.05,

	// FewHitsLoss is how unlikely it is that so much of the hits is not seen: to
	// miss a quarter is as likely as a deviation of two.
	FewHitsLoss: 8,

	// LeastVotes to FullVotes is the share of the searches that must find the most
	// frequent number of ways: what disturbs a search scatters its number over
	// many, so a fifth may be chance and two fifths are not.
	LeastVotes: 0.2, FullVotes: 0.4,

	// ScatterNoise is the least relative error of a point's time: a set has lines
	// of its own in every sample.
	ScatterNoise: 0.003,

	// ScatterShape is the part of a rise that its form may be wrong by: what the
	// misses of a rise cost differs, since they wait in the same queues, start
	// prefetches, and find more or less of the next level free.
	ScatterShape: 0.15,

	// ScatterTrust is ladder's FitTrust, for the same reason.
	ScatterTrust: ladder.Default.FitTrust,

	// ScatterCap is what its best answer may be worth: no real cache is one of the
	// forms, so it narrows a range and is never sure. Of 24 sizes that were reported
	// with over a half without this, on a level of known size, 11 were off by over
	// a tenth, and one in twenty intervals did not hold it.
	ScatterCap: 0.5,

	// OthersTake is up to what part of a level holds what nobody walks: the tables
	// of eight times its pages, the guest's and its host's (32 KiB of 1 MiB), and
	// what the kernel touches at each tick. The level is larger than it seems by
	// that.
	OthersTake: 0.1,

	// ScatterMargin is how far inside the measured sizes an answer must be.
	ScatterMargin: 1.25,

	// The rest are ladder's, for the same reasons.
	GoodFit: ladder.Default.GoodFit, BadFit: ladder.Default.BadFit,
	LeastRise: ladder.Default.LeastRise, FullRise: ladder.Default.FullRise,
	SteadySpread: ladder.Default.SteadySpread, MovSpread: ladder.Default.MovingSpread,
}
