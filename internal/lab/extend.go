package lab

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"cachelab/results"
)

const (
	// mostExtra bounds the passes between two looks: the estimates behind them are
	// rough, and a look shows what they did.
	mostExtra = 100

	// leastExtra and extraPart bound them from below, in passes and as a part of the
	// passes so far. Each look spends some of the error that all share, so looks at
	// nearly the same passes only widen the intervals.
	leastExtra, extraPart = 4, 0.25

	// unknownMore is how many passes a claim is given, once, of which nothing could be
	// compared so far: as many as the intervals take, with some to lose.
	unknownMore = 10

	// overTime is by what factor the passes that a claim needs may exceed the time
	// that is left and still be tried, where nothing else is: the estimate of a
	// claim's passes is within this factor for most (TestPlantedMorePasses).
	overTime = 2
)

// open is a claim that a look left undecided, and what would decide it.
type open struct {
	claim   results.Claim
	more    int     // passes, by the judge's estimate
	seconds float64 // of a pass of its two arms
}

func (o open) cost() float64 { return float64(o.more) * o.seconds }

// extra is what is measured until the next look.
type extra struct {
	claims []results.Claim
	passes int
}

// nextExtra chooses the claims that get the next passes, and how many: those that
// answer a question of the report's first screen, then those that cost least, as far
// as the time goes. The first may take the grace as well, seconds beyond what is left.
// A claim that no number of passes would decide (more is 0) gets none. kept is the
// number of passes so far. Without claims there is nothing to do.
func nextExtra(of []open, kept int, left, grace float64) extra {
	of = slices.DeleteFunc(slices.Clone(of), func(o open) bool { return o.more <= 0 })
	slices.SortStableFunc(of, func(a, b open) int {
		if a.claim.First != b.claim.First {
			if a.claim.First {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.cost(), b.cost())
	})
	var chosen []open
	spent, end := 0.0, left
	for _, o := range of {
		limit := left
		if o.claim.First {
			limit += grace
		}
		fits := spent+o.cost() <= limit
		if fits || len(chosen) == 0 && limit > 0 && (o.claim.First || o.cost() <= overTime*limit) {
			chosen, spent = append(chosen, o), spent+o.cost()
			end = max(end, limit)
		}
	}
	if len(chosen) == 0 {
		return extra{}
	}
	next := extra{passes: mostExtra}
	seconds := 0.0
	for _, o := range chosen {
		next.claims = append(next.claims, o.claim)
		next.passes = min(next.passes, o.more)
		seconds += o.seconds
	}
	next.passes = max(next.passes, leastExtra, int(extraPart*float64(kept)))
	next.passes = min(next.passes, int(end/max(seconds, 1e-3)))
	if next.passes < 1 {
		return extra{}
	}
	return next
}

// open lists the claims that the verdicts leave undecided.
func (m *measurement) open(verdicts []results.Verdict) []open {
	var list []open
	for i, v := range verdicts {
		if v.Outcome != results.Undecided {
			continue
		}
		o := open{claim: m.claims[i], more: v.MorePasses, seconds: passOverhead}
		if v.Ratio == nil && len(m.journal.Looks) == 1 {
			o.more = unknownMore
		}
		for _, c := range m.plan.cases {
			if slices.ContainsFunc(v.Benchmarks, func(full string) bool { return plainName(full) == c.name }) {
				o.seconds += c.seconds
			}
		}
		list = append(list, o)
	}
	return list
}

// passOverhead is what a pass takes besides its benchmarks, in seconds: a process, and
// a look at the links.
const passOverhead = 0.1

// plainName is a benchmark's full name as -lab.list has it, without "Benchmark" and the
// number of CPUs.
func plainName(full string) string {
	name := strings.TrimPrefix(full, "Benchmark")
	if at := strings.LastIndexByte(name, '-'); at > 0 && strings.Trim(name[at+1:], "0123456789") == "" {
		name = name[:at]
	}
	return name
}

// extend gives the rest of the time to the claims that are undecided: a few passes of
// the arms of some, a look, and again. What is decided at a look gets no more passes.
func (m *measurement) extend(ctx context.Context, deadline time.Time) error {
	for {
		m.journal.Looks = append(m.journal.Looks, len(m.journal.Passes))
		verdicts, err := m.judge()
		if err != nil {
			return err
		}
		next := nextExtra(m.open(verdicts), m.kept(), time.Until(deadline).Seconds(), m.plan.grace.Seconds())
		if len(next.claims) == 0 {
			return nil
		}
		pass, err := m.binary.passPlan(ctx, m.o, armsOf(next.claims))
		if err != nil || len(pass.cases) == 0 {
			return err
		}
		if !slices.ContainsFunc(next.claims, func(c results.Claim) bool { return c.First }) {
			err = m.extraPasses(ctx, pass, next.passes, deadline)
		} else {
			err = m.extraPasses(ctx, pass, next.passes, deadline.Add(m.plan.grace))
		}
		if err != nil || ctx.Err() != nil || len(m.journal.Passes) == m.journal.Looks[len(m.journal.Looks)-1] {
			return err
		}
	}
}

// extraPasses measures so many passes, as far as the time goes.
func (m *measurement) extraPasses(ctx context.Context, pass casesPlan, n int, deadline time.Time) error {
	m.say.begin(n, time.Duration(float64(n)*(pass.seconds+passOverhead)*float64(time.Second)))
	defer m.say.done()
	for i := 1; i <= n && time.Now().Before(deadline); i++ {
		if err := m.pass(ctx, pass); err != nil || ctx.Err() != nil {
			return err
		}
		m.say.passed(i)
	}
	return nil
}
