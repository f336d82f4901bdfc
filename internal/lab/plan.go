package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

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
	arms := armsOf(chosen)
	narrow, err := b.passPlan(ctx, o, arms)
	if err != nil {
		return nil, err
	}
	wide := narrow
	if !o.quick && o.only == "" {
		if wide, err = b.passPlan(ctx, o, everything); err != nil {
			return nil, err
		}
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

// duration is the estimate of the planned passes.
func (p *plan) duration() time.Duration {
	sum := 0.0
	for _, one := range p.passes {
		sum += one.seconds
	}
	return time.Duration(sum * float64(time.Second))
}

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
