package ladder

// Constants are the numbers that a ladder is read by. They are a value, and not
// constants of the language, so that a test can read curves with each of them
// halved and doubled (TestConstants); nothing else changes them.
type Constants struct {
	LeastRise, FullRise        float64
	LeastExtent, FullExtent    float64
	LeastPlateau               int
	LeastSlope                 float64
	PointNoise                 float64
	WorstPoint                 float64
	ShapeError, LastingError   float64
	FitTrust                   float64
	RiseShare, RiseFactor      float64
	CutOff                     float64
	StrayAlpha                 float64
	GoodFit, BadFit            float64
	SteadySpread, MovingSpread float64
	EndPoints                  int
	GapShare                   float64
}

// Default are the constants with what they come from.
var Default = Constants{
	// LeastRise and FullRise are the latency ratios of two plateaus at which
	// they begin to count as two levels, and count in full. A TLB or a page walk
	// adds a few cycles (up to a fifth of an L3 load); the nearest levels of a
	// CPU in the field are 2.5x apart (L1 4 or 5 cycles, L2 12 to 17).
	LeastRise: 1.25, FullRise: 1.6,

	// LeastExtent and FullExtent are the ratios of a plateau's last and first
	// size from which it may be one, and is: a chance stair within a slope is
	// short, and a level worth building is twice as large as the one before it.
	LeastExtent: 1.3, FullExtent: 1.8,

	// LeastPlateau is how many points make a plateau: with three a chance pair of
	// equal points within a slope does not.
	LeastPlateau: 3,

	// LeastSlope is the log-log slope below which a rise is level: doubling the
	// working set adds less than a fifth. Beyond a level's size misses begin at a
	// slope of (t2-t1)/t1, that is 1.5 and more.
	LeastSlope: 0.25,

	// PointNoise is the least error of a point, on the logarithm, that more
	// samples do not take away: every size has a chain and pages of its own. Where
	// rounds agree exactly it is all that is left; its size decides nothing
	// (TestPointNoiseIsOnlyAFloor).
	PointNoise: 0.005,

	// WorstPoint bounds what one point may cost, in squared errors: one size that
	// is off for good must not make a segment of its own.
	WorstPoint: 16,

	// ShapeError is the part of a rise that its form may be wrong by: no real
	// cache is one of the family, and the family and its grids are coarse.
	ShapeError: 0.2,

	// LastingError is what a point off the plateau may be off by for good: the
	// first-level TLB is exhausted at sizes of its own, and costs a tenth and more.
	LastingError: 0.1,

	// FitTrust tempers the likelihood with a power of 0.5, which widens the
	// interval by about the square root of 2. The noise is estimated from a
	// handful of points and its distribution is unknown.
	FitTrust: 0.5,

	// The rise is fitted up to RiseShare of the step to the next plateau, on the
	// logarithm, and to RiseFactor of the plateau at most: what is higher up tells
	// of the level after.
	RiseShare: 0.8, RiseFactor: 3,

	// CutOff: a slow rise may be cut off before the set reaches the cache's size,
	// so the grid of sizes extends 0.4 log units past the last point.
	CutOff: 0.4,

	// StrayAlpha is the probability with which so many of a point's samples are
	// strays; as two neighbouring points must agree, chance passes one of 2,500.
	StrayAlpha: 0.02,

	// GoodFit to BadFit is the mean squared error of the fit, in expected ones, at
	// which it begins to count less, and is none.
	GoodFit: 3, BadFit: 8,

	// SteadySpread to MovingSpread is the ratio of the interval's ends at which a
	// size begins to be doubtful, and is no size any more but a range.
	SteadySpread: 1.2, MovingSpread: 2,

	// EndPoints stand for the end of a ladder that still rises: one alone may be
	// off.
	EndPoints: 3,

	// GapShare is the weight that goes to a gap between two sizes measured which
	// is wide: there the form of the rise alone says where it begins, and the form
	// is an assumption.
	GapShare: 0.5,
}

const (
	// SameSize is what counts as the right size: within a tenth. It defines what a
	// confidence promises.
	SameSize = 1.1

	// MinPoints is the number of points below which there is no ladder.
	MinPoints = 8

	// ModelDoubt is what is left of doubt by the best data: the model may not be
	// this machine's.
	ModelDoubt = 0.005

	// gridStep is that of sizes, on the logarithm: a fifth of SameSize.
	gridStep = 0.02
)
