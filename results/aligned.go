package results

import "cachelab/internal/stats"

// aligned returns one pair of every pass, from any placement class, for the
// question whether there is a difference at all. Which of two layouts is slower
// does not depend on where the workers were, only by how much, so a run that the
// host moved half-way keeps its power. The size of the difference, and with it
// the verdict's interval, is that of one class alone.
//
// Each class is centred on its own median first, or the classes' nanoseconds
// would drown a difference in the test of the two arms. The shift is the same
// for both arms and so says nothing of them (aligned ranks: Hodges and Lehmann,
// "Rank methods for combination of independent experiments in analysis of
// variance", 1962). A pass that has the judged class counts with that pair. If
// all classes together point the other way than the judged class, only the
// judged class counts.
func (c *comparison) aligned() []pair {
	of := map[int]pair{}
	for _, p := range c.pairs {
		if _, seen := of[p.pass]; !seen || p.class == c.class {
			of[p.pass] = p
		}
	}
	middles := map[int][]float64{}
	var all []pair
	for _, p := range c.pairs {
		if of[p.pass] == p {
			all = append(all, p)
			middles[p.class] = append(middles[p.class], (p.slow+p.fast)/2)
		}
	}
	if stats.Median(ratiosOf(all))*stats.Median(ratiosOf(c.of(c.class))) < 0 {
		return c.of(c.class)
	}
	for i, p := range all {
		middle := stats.Median(middles[p.class])
		all[i].slow -= middle
		all[i].fast -= middle
	}
	return all
}
