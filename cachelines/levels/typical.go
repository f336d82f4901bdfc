package levels

import (
	"math"

	"cachelab/affinity/opt"
	"cachelab/cachelines/instrument"
	"cachelab/internal/stats"
)

// plateauPart is which part of a level is surely on its plateau: near its size single
// loads begin to miss.
const plateauPart = 0.8

// put enters a visit: the least of a round into Curve, by which levels are inferred, and
// each one into Visits.
func (l *Ladder) put(round, point int, ns float64) {
	l.Curve.Put(round, point, ns)
	row := round * smallVisits
	for row < len(l.Visits.Rounds) && !math.IsNaN(l.Visits.Rounds[row][point]) {
		row++
	}
	l.Visits.Put(row, point, ns)
}

// reportTypical gives the levels the latency of a typical visit. They are inferred from
// the fastest visit of each round, because a disturbance only takes away from a cache; but
// other tools report the typical time of a load, and the fastest one of three is some
// percent below it. Some of them print the mean, which contains the time that a host or
// another program took: it is reported beside the median. hz is the clock in each round: a level's cycles are of times and
// clocks of one round, since a clock that moves between two moments gave 3.93 cycles for
// a load that takes four.
func (l Ladder) reportTypical(levels []Level, hz []float64) {
	for i := range levels {
		level := &levels[i]
		from, to := plateauStart(levels, i), plateauPart*float64(level.SizeBytes)
		visits := l.Visits.Within(from, to)
		fastest, typical := stats.Median(l.Curve.Within(from, to)), stats.Median(visits)
		if !(fastest > 0 && typical > 0) {
			continue
		}
		var cycles []float64
		for round, clock := range hz {
			first := min(round*smallVisits, len(l.Visits.Rounds))
			last := min(first+smallVisits, len(l.Visits.Rounds))
			one := instrument.Curve{X: l.Visits.X, Rounds: l.Visits.Rounds[first:last]}
			cycles = append(cycles, stats.Median(one.Within(from, to))*clock/1e9)
		}
		level.LatencyNS *= typical / fastest
		level.MeanNS = opt.Some(level.LatencyNS * stats.Mean(visits) / typical)
		if n := stats.Median(cycles); n > 0 {
			level.Cycles = opt.Some(n * level.LatencyNS / typical)
		}
	}
}

// plateauStart is where the plateau of level i begins.
func plateauStart(levels []Level, i int) float64 {
	if i == 0 {
		return 0
	}
	return float64(levels[i-1].SizeHi) / plateauPart
}
