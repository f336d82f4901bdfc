// Package lab is a run of the laboratory: it chooses claims, plans passes of
// the benchmarks that they need, measures the machine and the passes, judges,
// and draws.
//
// A run loses nothing that it has finished. The folder holds the machine card,
// the plan and every finished pass from the moment that they exist, so that
// [Complete] can judge and draw it after the run was killed.
package lab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cachelab/affinity/topology"
	"cachelab/bench/claims"
	"cachelab/cachelines/card"
	"cachelab/cachelines/reported"
	"cachelab/internal/cli"
	"cachelab/internal/host"
	"cachelab/internal/lock"
	"cachelab/results"
	"cachelab/results/rundir"
)

// lab is one run of the command, from its flags to its report. Its stages, in
// order: choose the claims, take the machine's lock, get the benchmarks, plan,
// make the folder, measure the machine, measure the passes, judge and draw.
type lab struct {
	o      options
	args   []string // of the command
	stdout io.Writer
	say    *progress
	limits limits

	values  *reported.Values
	machine claims.Machine  // what the claims are asked of
	claims  []results.Claim // that were chosen
	lock    *lock.Lock      // of the machine
	running *lock.Lock      // of the folder: its plan, while passes are measured
	work    *lock.Folder    // of the built benchmarks; nil with -bin
	binary  *benchBinary
	plan    *plan

	dir     string
	started host.Activity
	session *card.Session
}

// What tests replace: the file of the machine's lock, so that they do not wait
// for a run, the machine card, which takes seconds, another round of its links, and
// what the host did to this machine so far.
var (
	lockPath      = lock.Path()
	measureCard   = card.Measure
	resampleLinks = (*card.Session).ResampleLinks
	readActivity  = host.ReadActivity
)

// Run is the command.
func Run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	err := run(ctx, stdout, stderr, args)
	return cli.Hint(err, rundir.ErrFolder, "choose another folder with -out")
}

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	l := &lab{o: o, args: args, stdout: stdout, say: newProgress(stderr), limits: usualLimits}
	defer l.close()
	// A second signal ends the program at once, and nothing is deferred then.
	defer cli.OnSecondSignal(l.abandon)()
	if err := l.choose(); err != nil {
		return err
	}
	if o.list {
		return l.list(ctx)
	}
	if !o.plan {
		if o.out != "" { // known to fail before anything is built
			if err := rundir.Check(o.out); err != nil {
				return err
			}
		}
		if err := l.takeLock(ctx); err != nil {
			return err
		}
	}
	if err := l.prepare(ctx); err != nil {
		return interruptedOr(ctx, err)
	}
	if o.plan {
		return l.plan.write(stdout)
	}
	return l.measure(ctx)
}

// close gives back what the run has taken.
func (l *lab) close() {
	l.work.Remove()
	l.running.Release()
	l.lock.Release()
}

// abandon is what happens at a second signal: the report is not waited for.
func (l *lab) abandon() {
	l.work.Remove()
	if l.dir != "" {
		l.say.line("lab: ended before the report was made; make it with: go run ./scripts/report %s", l.dir)
	}
}

// choose finds the claims that the flags ask for and this machine has.
func (l *lab) choose() (err error) {
	if l.values, err = describe(l.o); err != nil {
		return err
	}
	l.machine = machineOf(l.values, l.o)
	if l.claims, err = choose(claims.For(l.machine), l.o); err != nil {
		return err
	}
	return results.CheckClaims(l.claims) // before minutes are spent
}

// lockPoll is how often a run that waits looks whether the machine is free.
const lockPoll = 500 * time.Millisecond

// takeLock waits for the machine's lock with -wait, and fails without where
// another run has it. Where there can be no lock the run goes on and says so.
func (l *lab) takeLock(ctx context.Context) error {
	holder := fmt.Sprintf("process %d: %s", os.Getpid(), commandLine(l.args))
	for said := false; ; said = true {
		taken, err := lock.Take(lockPath, holder)
		var held *lock.HeldError
		switch {
		case err == nil:
			l.lock = taken
			return nil
		case !errors.As(err, &held):
			l.say.line("this run cannot see whether another one measures at the same time: %v", err)
			return nil
		case !l.o.wait:
			return fmt.Errorf("%w, and each would measure the other: start again when it has ended, or with -wait", err)
		case !said:
			l.say.line("waiting: %v", err)
		}
		select {
		case <-ctx.Done():
			return interruptedOr(ctx, ctx.Err())
		case <-time.After(lockPoll):
		}
	}
}

// prepare gets the benchmarks and plans the passes.
func (l *lab) prepare(ctx context.Context) (err error) {
	if l.binary, l.work, err = benchmarkBinary(ctx, l.o, l.say); err != nil {
		return err
	}
	if l.waitsForCard() {
		return nil // begin plans what the card makes possible
	}
	l.plan, err = makePlan(ctx, l.binary, l.o, l.claims)
	return err
}

// waitsForCard reports whether nothing can be planned before the machine is measured,
// and something may be afterwards.
func (l *lab) waitsForCard() bool {
	return !l.o.plan && armsOf(l.claims) == "" && slices.ContainsFunc(l.claims, claims.WaitsForCard)
}

// measure measures the machine and the passes, and finishes the folder.
func (l *lab) measure(ctx context.Context) error {
	// The folder comes before the measuring: no permission must not cost two
	// minutes.
	if err := l.makeFolder(); err != nil {
		return err
	}
	l.say.line("writing to %s", l.dir)
	if err := l.measureMachine(ctx); err != nil {
		_ = os.Remove(l.dir) // nothing is in it
		return interruptedOr(ctx, err)
	}
	if err := l.begin(ctx); err != nil {
		return err
	}
	m := newMeasurement(l)
	runErr := m.run(ctx)
	l.say.done()
	if m.kept() == 0 {
		l.discard()
		return interruptedOr(ctx, cmp.Or(runErr, m.failure, errors.New("no pass was finished")))
	}
	l.session.Volatile = l.volatileFacts(m.facts)
	l.session.AddNoiseWarnings()
	if err := l.finish(context.WithoutCancel(ctx)); err != nil {
		return cmp.Or(runErr, err)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%w after %d of %d passes; %s has what was finished", cli.ErrInterrupted, m.kept(), len(l.plan.passes), l.dir)
	}
	return cmp.Or(runErr, m.failure, m.shortfall())
}

// measureMachine makes the machine card, within its limit.
func (l *lab) measureMachine(ctx context.Context) error {
	l.started = readActivity()
	l.say.line("measuring the machine")
	type answer struct {
		session *card.Session
		err     error
	}
	limited, cancel := context.WithTimeout(ctx, l.limits.card)
	defer cancel()
	done := make(chan answer, 1)
	measure := measureCard // one that does not notice its limit outlives this call
	go func() {
		session, err := measure(limited, cardOptions(l.o.quick))
		done <- answer{session, err}
	}()
	select {
	case a := <-done:
		if a.err != nil && limited.Err() != nil && ctx.Err() == nil {
			return l.slowCard()
		}
		l.session = a.session
		return a.err
	case <-time.After(l.limits.card + l.limits.cardGrace):
		// A worker whose CPU was taken away for good spins for ever.
		return l.slowCard()
	}
}

func (l *lab) slowCard() error {
	return fmt.Errorf("the machine card did not end in %v, where it takes 2 to 4 s: something else uses these CPUs, or one of them was taken away", l.limits.card)
}

// begin writes what [Complete] needs, before the first pass: the machine card so
// far, and the plan.
func (l *lab) begin(ctx context.Context) error {
	// What was measured may rule out a claim that the system's word did not.
	chosen, err := choose(claims.For(l.machine.WithMeasured(l.session.Machine)), l.o)
	if err != nil {
		return err
	}
	l.claims = chosen
	if l.o.only != "" && armsOf(chosen) == "" {
		_ = os.Remove(l.dir)
		return nothingToMeasure(chosen)
	}
	l.session.Volatile = l.volatileFacts(nil)
	l.session.SetAffected(claims.Affected)
	if err := writeJSON(rundir.WriteFile, filepath.Join(l.dir, rundir.MachineName), l.session.Machine); err != nil {
		return err
	}
	// The card also sizes a few experiments, which changes their names and what a
	// pass takes.
	l.binary.card = filepath.Join(l.dir, rundir.MachineName)
	if l.plan, err = makePlan(ctx, l.binary, l.o, l.claims); err != nil {
		l.discard()
		return interruptedOr(ctx, err)
	}
	file := rundir.Plan{Machine: l.session.Slug, Command: commandLine(l.args), Passes: len(l.plan.passes), Alpha: results.DefaultAlpha, Sequential: l.plan.sequential(), Only: l.o.only != "", Claims: l.claims}
	if err := rundir.WritePlan(l.dir, &file); err != nil {
		return err
	}
	l.running, _ = lock.Take(filepath.Join(l.dir, rundir.PlanName), "") // a file system without locks has none
	return nil
}

// discard removes the folder of a run without a finished pass. What was measured
// of the machine, scripts/machine shows in two seconds.
func (l *lab) discard() {
	l.running.Release() // Windows does not remove a locked file
	for _, name := range []string{rundir.MachineName, rundir.PlanName, rundir.JournalName} {
		_ = os.Remove(filepath.Join(l.dir, name))
	}
	_ = os.Remove(l.dir)
	l.dir = ""
}

// cardOptions lets the ladder take more than a card of its own does, since the report draws
// it; a quick run has no second to spare.
func cardOptions(quick bool) card.Options {
	var o card.Options
	if !quick {
		o.Levels.Budget = 1200 * time.Millisecond // some 40 rounds, of which the largest sets have a handful
		o.Sets.Budget = 1200 * time.Millisecond   // ends as soon as it is sure
	}
	return o
}

// interruptedOr gives the user's own interrupt precedence over the trouble
// that it caused.
func interruptedOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%w before a pass was finished: nothing to keep", cli.ErrInterrupted)
	}
	return err
}

func commandLine(args []string) string {
	return strings.Join(append([]string{"go run ./scripts/lab"}, args...), " ")
}

// makeFolder makes the folder of the run: the one asked for, which must hold no
// run yet, or one of the machine's by date.
func (l *lab) makeFolder() (err error) {
	if l.o.out == "" {
		l.dir, err = rundir.Create(filepath.Join("results", "runs"), l.values.Slug(), time.Now())
		return err
	}
	l.dir = l.o.out
	return rundir.Prepare(l.dir)
}

// describe tells what the machine claims to be: this one, or the synthetic one
// of a plan.
func describe(o options) (*reported.Values, error) {
	if o.machine == "" {
		return reported.Read()
	}
	t, err := topology.Synthetic(o.machine)
	if err != nil {
		return nil, cli.Usagef("-synthetic: %w", err)
	}
	return reported.FromTopology(t), nil
}
