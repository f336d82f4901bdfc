package sets

import (
	"math"
	"sync"

	"cachelab/internal/stats"
)

// scatterWays are the associativities that are tried: those of second levels,
// from Skylake's client parts (4) and Cortex-A (8, 16) to Golden Cove's (10, 16)
// and up.
var scatterWays = []int{4, 8, 10, 12, 16, 20}

// scatterForm is one way of missing: the share of visits that miss, by the
// logarithm of set size over cache size.
type scatterForm []float64

const (
	// A form is tabulated from -formReach to formReach, in steps fine enough to
	// be read off without more than a straight line.
	formReach, formStep = 2.4, 0.01
	// settled is how many turns a share of misses that depends on itself is given.
	settled = 100
)

// scatterForms are all ways of missing that are thought possible, for each
// associativity: the oldest line is replaced, with more or fewer lines that nobody asked for,
// or one by chance, or something between.
var scatterForms = sync.OnceValue(func() []scatterForm {
	var forms []scatterForm
	for _, ways := range scatterWays {
		for _, uninvited := range []float64{0, 0.25, 0.5, 1} {
			forms = append(forms, tabulate(func(mean float64) float64 { return oldestMisses(ways, mean, uninvited) }, ways))
		}
		share := chanceShares(ways)
		for _, part := range []float64{1, 0.5} {
			forms = append(forms, tabulate(func(mean float64) float64 {
				return part*chanceMisses(ways, mean, share) + (1-part)*oldestMisses(ways, mean, 0)
			}, ways))
		}
	}
	return forms
})

func tabulate(miss func(mean float64) float64, ways int) scatterForm {
	var f scatterForm
	for k := 0; ; k++ {
		u := -formReach + float64(k)*formStep
		if u > formReach {
			return f
		}
		f = append(f, miss(float64(ways)*math.Exp(u)))
	}
}

func (f scatterForm) at(u float64) float64 {
	k := (u + formReach) / formStep
	switch i := int(k); {
	case k <= 0:
		return f[0]
	case i+1 >= len(f):
		return f[len(f)-1]
	default:
		return f[i] + (k-float64(i))*(f[i+1]-f[i])
	}
}

// oldestMisses is the share where the oldest line of a set is replaced (LRU):
// a line is gone when it is needed again if ways other lines came in between, of
// which mean lie on the set, Poisson distributed. A spatial prefetcher that answers a miss
// by a neighbour line as well adds uninvited lines for each miss, which
// make more miss. Of two shares that sustain themselves, the small one is meant.
func oldestMisses(ways int, mean, uninvited float64) float64 {
	m := 0.0
	for range settled {
		next := 1 - stats.PoissonAtMost(ways-1, mean*(1+uninvited*m))
		if next-m < 1e-5 {
			return max(next, 0)
		}
		m = next
	}
	return m
}

// chanceShares is the share of visits that miss in a set of ways+1+k lines,
// where the line that is replaced is left to chance. Each of the n m misses of a lap over n
// lines replaces one of w, so a line is gone when it is needed again with
// m = 1 - (1 - 1/w)^(n m).
func chanceShares(ways int) []float64 {
	var shares []float64
	for n := ways + 1; n <= 12*ways; n++ { // all miss, nearly, at three times the ways
		m := 1.0
		for range settled {
			m = 1 - math.Pow(1-1/float64(ways), float64(n)*m)
		}
		shares = append(shares, m)
	}
	return shares
}

// chanceMisses is the share of visits that miss where mean lines fall on a set.
func chanceMisses(ways int, mean float64, shares []float64) float64 {
	// A line shares its set with j others: Poisson, from j = ways on.
	p := math.Exp(-mean)
	for j := 1; j <= ways; j++ {
		p *= mean / float64(j)
	}
	sum, rest := 0.0, 1-stats.PoissonAtMost(ways-1, mean)
	for k, share := range shares {
		sum += p * share
		rest -= p
		p *= mean / float64(ways+1+k)
	}
	return min(sum+max(rest, 0), 1)
}
