// Package lab is a run of the laboratory: it chooses claims, plans passes of
// the benchmarks that they need, measures the machine and the passes, judges,
// and draws.
package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cachelab/bench/claims"
	"cachelab/cachelines/card"
	"cachelab/cachelines/reported"
	"cachelab/internal/cli"
	"cachelab/internal/host"
	"cachelab/results"
	"cachelab/results/report"
	"cachelab/results/report/text"
	"cachelab/results/rundir"
)

// Run is the command.
func Run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	err := run(ctx, stdout, stderr, args)
	return cli.Hint(err, rundir.ErrFolder, "choose another folder with -out")
}

// run is the command's body. Its stages in order: choose the claims, get the
// benchmarks, plan, make the folder, measure the machine, measure the passes,
// judge, draw.
func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	reported, err := describe(o)
	if err != nil {
		return err
	}
	here := hereOf(reported, o)
	chosen, err := choose(claims.For(here), o)
	if err != nil {
		return err
	}
	if err := results.CheckClaims(chosen); err != nil { // before minutes are spent
		return err
	}
	say := newProgress(stderr)
	work, err := os.MkdirTemp("", "cachelab")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	binary, err := benchmarkBinary(ctx, o, work, say)
	if err != nil {
		return interruptedOr(ctx, err)
	}
	plan, err := makePlan(ctx, binary, o, chosen)
	if err != nil {
		return interruptedOr(ctx, err)
	}
	if o.plan {
		return plan.write(stdout)
	}
	// The folder comes before the measuring: no permission must not cost two
	// minutes.
	dir, err := makeFolder(o, reported)
	if err != nil {
		return err
	}
	say.line("writing to %s", dir)
	started := host.ReadActivity()
	say.line("measuring the machine")
	session, err := card.Measure(ctx, cardOptions(o.quick))
	if err != nil {
		_ = os.Remove(dir) // nothing is in it
		return interruptedOr(ctx, err)
	}
	// What was measured may rule out a claim that the system's word did not.
	if chosen, err = choose(claims.For(here.WithMeasured(session.Machine)), o); err != nil {
		return err
	}
	if o.only != "" && armsOf(chosen) == "" {
		_ = os.Remove(dir)
		return nothingToMeasure(chosen)
	}
	// It also sizes a few experiments, which changes their names and what a pass takes.
	binary.card = filepath.Join(work, "machine.json")
	if err := writeJSON(binary.card, session.Machine); err != nil {
		return err
	}
	if plan, err = makePlan(ctx, binary, o, chosen); err != nil {
		return interruptedOr(ctx, err)
	}
	m := &measurement{
		binary: binary, o: o, plan: plan, claims: chosen, card: session,
		keeper: rundir.NewWriter(dir), say: say,
	}
	runErr := m.run(ctx)
	say.done()
	if m.keeper.Finished() == 0 {
		_ = os.Remove(dir)
		return interruptedOr(ctx, cmpErr(runErr, errors.New("no pass was finished")))
	}
	session.Volatile = volatileFacts(started, m.facts)
	session.Volatile.Command = commandLine(args)
	session.AddNoiseWarnings()
	if err := m.finish(context.WithoutCancel(ctx), stdout, dir, session.Machine); err != nil {
		return cmpErr(runErr, err)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%w after %d of %d passes; %s has what was finished", cli.ErrInterrupted, m.keeper.Finished(), len(plan.passes), dir)
	}
	return cmpErr(runErr, m.failure)
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
func makeFolder(o options, claims *reported.Values) (string, error) {
	if o.out == "" {
		return rundir.Create(filepath.Join("results", "runs"), claims.Slug(), time.Now())
	}
	return o.out, rundir.Prepare(o.out)
}

// finish judges and draws what the passes left, and prints the summary. A file
// that cannot be written takes none of the others with it, and not the summary:
// where a disk is full, what two minutes measured is on the screen at least. The
// error is the first.
func (m *measurement) finish(ctx context.Context, stdout io.Writer, dir string, machine *card.Machine) error {
	verdicts, log, err := m.judge()
	if err != nil {
		return cmpErr(err, writeJSON(filepath.Join(dir, "machine.json"), machine))
	}
	file := &results.Verdicts{Machine: machine.Slug, Passes: m.keeper.Finished(), Verdicts: verdicts}
	input := report.Input{Name: machine.Slug, Folder: dir, Machine: machine, Log: log, Verdicts: file, Command: machine.Volatile.Command}
	root, err := moduleRoot() // a binary on a host without Go is in no clone
	if err != nil {
		root = ""
	}
	report.Describe(&input, root, claims.Describe(os.DirFS(root)))
	summary := text.OptionsFor(stdout)
	summary.Only = m.o.only != ""
	var failed error
	for _, write := range []func() error{
		func() error { return rundir.WriteVerdicts(filepath.Join(dir, "verdicts.json"), file) },
		func() error { return writeJSON(filepath.Join(dir, "machine.json"), machine) },
		func() error { return writeTables(ctx, dir, m.keeper.Path(), m.say) },
		func() error { return report.Write(dir, input) },
		func() error { return text.Summary(stdout, input, summary) },
	} {
		failed = cmpErr(failed, write())
	}
	if failed != nil {
		return fmt.Errorf("%w; every finished pass is in %s", failed, m.keeper.Path())
	}
	_, err = fmt.Fprintf(stdout, "\n%s\n", filepath.Join(dir, "report.html"))
	return err
}

// volatileFacts gathers what holds for this run only.
func volatileFacts(started host.Activity, passes []card.PassFacts) *card.Volatile {
	now, settings := host.ReadActivity(), host.ReadSettings()
	return &card.Volatile{
		Date: started.At.UTC().Format(time.RFC3339), Commit: commit(), Kernel: settings.Kernel,
		Load1: started.Load1, StealShare: now.StealShare(started), Throttled: now.ThrottledSince(started),
		Governor: settings.Governor, Boost: settings.Boost, HugePages: settings.HugePages,
		PageBytes: os.Getpagesize(), Passes: passes,
	}
}
