package links

// constants are the numbers that links are named by. They are a value so that
// TestConstants can halve and double each.
type constants struct {
	SiblingRatio, CoresRatio float64
	TakenRatio               float64
	SiblingAgreement         float64
	OtherL3Factor            float64
	FarHits                  float64
	SleptNS                  float64
}

var inferBy = constants{
	// SiblingRatio and CoresRatio bound the multiply test. One core's single
	// multiplier serves two siblings no faster than one (1.04 to 1.25 where measured),
	// two cores twice as fast (1.94 to 2.00; bench/TRAPS.md H2). The middle of 1 and 2
	// as ratios is 1.41; what is just above it shows nothing.
	SiblingRatio: 1.4, CoresRatio: 1.6,

	// Below TakenRatio the multiply test says nothing. Two siblings together are never
	// slower than one, so a CPU was taken away during the sample. Under full load 0.01
	// was seen.
	TakenRatio: 0.9,

	// SiblingAgreement is the share of a class's samples that must be under
	// SiblingRatio: a CPU that is taken away now and then halves some samples' ratio,
	// siblings all of them.
	SiblingAgreement: 0.8,

	// OtherL3Factor is how much farther another L3 is at least than the cores of one:
	// 3.4 where measured, as the request leaves the cluster and comes back; within one
	// L3 the farthest core is less than twice the nearest.
	OtherL3Factor: 2,

	// FarHits is how many hits of the L3 a transfer takes at least that comes from
	// farther away: by 550 cards of a guest whose CPUs move, 2.0 in the middle between
	// two cores of one L3 and 7.6 between two; this is the middle of both.
	FarHits: 4,

	// SleptNS is longer than any line travels, a microsecond across the largest
	// machines, and shorter than a scheduler's slice: beyond, the workers ran in turns.
	SleptNS: 100_000,
}
