package lab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"

	"cachelab/results"
)

// plan is what a run will do: which benchmarks each pass runs.
type plan struct {
	cases  []listed // of the widest pass
	passes []casesPlan
	// until is when extra passes for undecided claims must be over, counted
	// from the first pass; 0: none are wanted.
	until time.Duration
	// grace is how much longer those for the claims of the report's first screen may
	// take.
	grace time.Duration
}

// sequential reports whether the run may be judged more than once.
func (p *plan) sequential() bool { return p.until > 0 }

// casesPlan is one pass: its benchmarks, and how long they take.
type casesPlan struct {
	filter  string // of -lab.select
	seconds float64
	cases   []listed
}

const everything = "*"

// sweepEvery is how often a default run's pass runs everything and not the
// claims' arms alone: the sweeps behind the figures need few samples a point,
// the arms as many as there is time for.
const sweepEvery = 6

// What a run may take from its first pass on, with the extra passes for undecided
// claims: a quick one stays under 45 seconds with the machine card and the
// report, a default one under three minutes.
const (
	quickBudget   = 34 * time.Second
	defaultBudget = 135 * time.Second
	quickGrace    = 4 * time.Second
	defaultGrace  = 30 * time.Second
)

// makePlan chooses the benchmarks of each pass: the arms of the chosen claims
// always, and everything now and then (default) or always (-full).
func makePlan(ctx context.Context, b *benchBinary, o options, chosen []results.Claim) (*plan, error) {
	// The benchmarks are asked for both at the same time: for 65,536 CPUs each answer takes
	// half a second.
	asks, ctx := errgroup.WithContext(ctx)
	var narrow, wide casesPlan
	ask := func(into *casesPlan, filter string) {
		asks.Go(func() (err error) {
			*into, err = b.passPlan(ctx, o, filter)
			return err
		})
	}
	ask(&narrow, armsOf(chosen))
	all := !o.quick && o.only == ""
	if all {
		ask(&wide, everything)
	}
	if err := asks.Wait(); err != nil {
		return nil, err
	}
	if !all {
		wide = narrow
	}
	p := &plan{cases: wide.cases}
	if len(p.cases) == 0 {
		return nil, nothingToMeasure(chosen)
	}
	for i := range o.passes {
		one := narrow
		if o.full || i%sweepEvery == 0 {
			one = wide
		}
		p.passes = append(p.passes, one)
	}
	switch {
	case o.fixed:
	case o.quick:
		p.until, p.grace = quickBudget, quickGrace
	case !o.full:
		p.until, p.grace = defaultBudget, defaultGrace
	}
	return p, nil
}

func nothingToMeasure(chosen []results.Claim) error {
	return errors.New("nothing to measure: this machine can show none of the chosen claims" + reasons(chosen))
}

func (b *benchBinary) passPlan(ctx context.Context, o options, filter string) (casesPlan, error) {
	p := casesPlan{filter: filter}
	if filter == "" {
		return p, nil
	}
	var err error
	p.cases, err = b.list(ctx, o, filter)
	for _, c := range p.cases {
		p.seconds += c.seconds
	}
	return p, err
}

// armsOf is the filter of the claims' arms.
func armsOf(claims []results.Claim) string {
	var arms []string
	for _, c := range claims {
		for _, arm := range []string{"(" + c.Slow + ")", "(" + c.Fast + ")"} {
			if c.NotHere == "" && !slices.Contains(arms, arm) {
				arms = append(arms, arm)
			}
		}
	}
	return strings.Join(arms, " OR ")
}

// reasons lists why the claims cannot be shown, each reason once.
func reasons(claims []results.Claim) string {
	why := names(claims, func(c results.Claim) string { return c.NotHere })
	return " (" + strings.Join(why, "; ") + ")"
}

// seconds are the estimates of the planned passes, one by one.
func (p *plan) seconds() (of []float64) {
	for _, one := range p.passes {
		of = append(of, one.seconds)
	}
	return of
}

// duration is the estimate of the planned passes.
func (p *plan) duration() time.Duration { return timeLeft(p.seconds(), 0, 0) }

func (p *plan) write(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	count, seconds, order := map[string]int{}, map[string]float64{}, []string{}
	for _, c := range p.cases {
		benchmark, _, _ := strings.Cut(c.name, "/")
		if count[benchmark] == 0 {
			order = append(order, benchmark)
		}
		count[benchmark]++
		seconds[benchmark] += c.seconds
	}
	fmt.Fprintf(t, "benchmark\tcases\tseconds a pass\t\n")
	for _, benchmark := range order {
		fmt.Fprintf(t, "%s\t%d\t%.1f\t\n", benchmark, count[benchmark], seconds[benchmark])
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d passes of up to %d benchmarks, about %v", len(p.passes), len(p.cases), roundTime(p.duration()))
	if err == nil && p.until > 0 {
		_, err = fmt.Fprintf(w, "; more for claims that are undecided then, up to %v in all", max(p.until, roundTime(p.duration())))
	}
	fmt.Fprintln(w)
	return err
}

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

	// roughBelow is how many samples make the judge's estimate worth something. With
	// fewer the interval ends at the outermost sample, so a single disturbed one makes
	// a claim look hopeless: 6 passes of E7, one of them disturbed, gave 1.04 [0.99,
	// 1.76] in one run, and 11 in the next gave 0.99 [0.98, 1.02].
	roughBelow = 12

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
		first := m.claims[i].First && v.Samples < roughBelow
		if o.more == 0 && (first || v.Ratio == nil && len(m.journal.Looks) == 1) {
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

// extraEnd is when the passes for undecided claims end, the grace apart, of a run whose
// first passes began and are over now. Where other programs made those slow, what they took
// is not taken from the grace of the first screen's claims.
func (p *plan) extraEnd(began, now time.Time) time.Time {
	if end := began.Add(p.until); end.After(now) {
		return end
	}
	return now
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
	m.say.beginMore(slices.Repeat([]float64{pass.seconds + passOverhead}, n), deadline)
	defer m.say.done()
	for i := 1; i <= n && time.Now().Before(deadline); i++ {
		if err := m.pass(ctx, pass); err != nil || ctx.Err() != nil {
			return err
		}
		m.say.passed(i)
	}
	return nil
}
