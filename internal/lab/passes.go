package lab

import (
	"context"
	"fmt"
	"time"

	"cachelab/cachelines/card"
	"cachelab/internal/host"
	"cachelab/results"
	"cachelab/results/report/view"
	"cachelab/results/rundir"
)

// measurement is a run under way.
type measurement struct {
	binary *benchBinary
	o      options
	plan   *plan
	claims []results.Claim
	card   *card.Session
	keeper *rundir.Writer
	say    *progress

	facts   []card.PassFacts
	failure error // the first benchmark that failed in a pass that was kept
}

// looks is how often a run may be judged before it ends: after the planned
// passes, and once more after those that undecided claims were given. Each look
// gets its part of the chance of a false alarm, so that all together keep it.
const looks = 2

// alpha is the chance, over a run, to call a difference where there is none.
const alpha = 0.05

// mostExtra bounds the extra passes: where a hundred do not decide, the claim
// is undecided here.
const mostExtra = 100

// judge judges what was measured so far.
func (m *measurement) judge() ([]results.Verdict, *results.Log, error) {
	log, err := m.keeper.Log()
	if err != nil {
		return nil, nil, err
	}
	opt := results.Options{Alpha: alpha}
	if m.plan.until > 0 {
		opt.Alpha = alpha / looks
	}
	verdicts, err := results.Judge(log, m.claims, view.LinkClasses(m.card.Machine), opt)
	return verdicts, log, err
}

// run runs the planned passes and then, where there is time, more of them for
// the claims that are undecided. It stops at an interrupt. What was finished is
// with the keeper.
func (m *measurement) run(ctx context.Context) error {
	began := time.Now()
	m.say.begin(len(m.plan.passes), m.plan.duration())
	for i, pass := range m.plan.passes {
		if err := m.pass(ctx, pass.filter); err != nil || ctx.Err() != nil {
			return err
		}
		m.say.passed(i + 1)
	}
	m.say.done()
	left := m.plan.until - time.Since(began)
	if left <= 0 {
		return nil
	}
	return m.extend(ctx, left)
}

// extend gives the rest of the time to the claims that are undecided, all
// their arms in every further pass.
func (m *measurement) extend(ctx context.Context, left time.Duration) error {
	verdicts, _, err := m.judge()
	if err != nil {
		return err
	}
	var open []results.Claim
	most := 0
	for i, v := range verdicts {
		if v.Outcome != results.Undecided {
			continue
		}
		open = append(open, m.claims[i])
		if v.MorePasses == 0 { // nobody knows how many: as many as there is time for
			v.MorePasses = mostExtra
		}
		most = max(most, v.MorePasses)
	}
	if len(open) == 0 {
		return nil
	}
	pass, err := m.binary.passPlan(ctx, m.o, armsOf(open))
	if err != nil || len(pass.cases) == 0 {
		return err
	}
	n := min(most, mostExtra, int(left.Seconds()/pass.seconds))
	if n < 1 {
		return nil
	}
	m.say.begin(n, time.Duration(float64(n)*pass.seconds*float64(time.Second)))
	for i, deadline := 1, time.Now().Add(left); i <= n && time.Now().Before(deadline); i++ {
		if err := m.pass(ctx, pass.filter); err != nil || ctx.Err() != nil {
			return err
		}
		m.say.passed(i)
	}
	m.say.done()
	return nil
}

// interruptLag is how long a signal may take from the process group to this
// program's context: milliseconds, a hundred times that on a busy machine.
const interruptLag = 300 * time.Millisecond

// pass runs one pass and keeps it as soon as it is finished, with what the
// host did meanwhile. A pass that was interrupted is not kept; one in which
// some benchmark failed is, for the others' sake.
func (m *measurement) pass(ctx context.Context, filter string) error {
	if ctx.Err() != nil {
		return nil
	}
	// A guest's CPUs move within a run, and samples get the names of the classes that
	// were seen. Where a later round fails the earlier ones stand.
	_ = m.card.ResampleLinks(ctx)
	number, seed := m.keeper.Finished()+1, time.Now().UnixNano()
	before := host.ReadActivity()
	output, err := m.binary.run(ctx, m.o, filter, seed)
	after := host.ReadActivity()
	if err != nil {
		// A Ctrl-C in a terminal reaches the benchmarks as well, and they may
		// be gone before it is known here: not a failure of theirs.
		select {
		case <-ctx.Done():
		case <-time.After(interruptLag):
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		err = fmt.Errorf("pass %d: %w", number, err)
	}
	if keepErr := m.keeper.AppendPass(number, seed, output); keepErr != nil {
		return cmpErr(err, keepErr)
	}
	m.failure = cmpErr(m.failure, err)
	m.facts = append(m.facts, card.PassFacts{
		Pass: number, Seed: seed, Seconds: after.At.Sub(before.At).Seconds(),
		StealShare: after.StealShare(before), Throttled: after.ThrottledSince(before), Load1: after.Load1,
	})
	return nil
}

// cmpErr is the first of two errors that is one.
func cmpErr(first, second error) error {
	if first != nil {
		return first
	}
	return second
}
