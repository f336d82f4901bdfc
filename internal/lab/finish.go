package lab

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"

	"cachelab/bench/claims"
	"cachelab/cachelines/card"
	"cachelab/internal/host"
	"cachelab/internal/lock"
	"cachelab/results"
	"cachelab/results/report"
	"cachelab/results/report/text"
	"cachelab/results/report/view"
	"cachelab/results/rundir"
)

// finish makes what the folder still lacks, from what was measured.
func (l *lab) finish(ctx context.Context) error {
	l.session.SetAffected(claims.Affected)
	err := writeJSON(rundir.ReplaceFile, filepath.Join(l.dir, rundir.MachineName), l.session.Machine)
	return cmp.Or(complete(ctx, l.dir, l.stdout, l.say.w), err)
}

// Complete judges and draws a run's folder whose measuring has ended, however it
// ended: it writes verdicts.json, tables.txt, report.html and the figures, as far
// as they are missing, and prints the summary. It needs the plan and one
// finished pass, and changes neither.
//
// A file that cannot be written takes none of the others with it, and not the
// summary: where a disk is full, what two minutes measured is on the screen at
// least. The error is the first.
func Complete(ctx context.Context, dir string, stdout, stderr io.Writer) error {
	running, err := lock.Take(filepath.Join(dir, rundir.PlanName), "")
	var held *lock.HeldError
	if errors.As(err, &held) {
		return fmt.Errorf("the run in %s is still being measured: wait until it ends", dir)
	}
	defer running.Release()
	return complete(ctx, dir, stdout, stderr)
}

func complete(ctx context.Context, dir string, stdout, stderr io.Writer) error {
	in, err := Read(dir)
	if err != nil {
		return err
	}
	if err := rundir.Tidy(dir); err != nil {
		return err
	}
	root := CloneRoot()
	report.Describe(&in, root, claims.Describe(os.DirFS(root)))
	summary := text.OptionsFor(stdout)
	if plan, err := rundir.ReadPlan(dir); err == nil {
		summary.Only = plan.Only
	}
	run := filepath.Join(dir, rundir.RunName)
	var failed error
	for _, write := range []func() error{
		func() error {
			path := filepath.Join(dir, rundir.VerdictsName)
			return unlessThere(path, func() error { return rundir.WriteVerdicts(path, in.Verdicts) })
		},
		func() error {
			path := filepath.Join(dir, rundir.TablesName)
			return unlessThere(path, func() error { return writeTables(ctx, path, run, newProgress(stderr)) })
		},
		func() error { return report.Write(dir, in) },
		func() error { return text.Summary(stdout, in, summary) },
	} {
		failed = cmp.Or(failed, write())
	}
	if failed != nil {
		return fmt.Errorf("%w; every finished pass is in %s", failed, run)
	}
	_, err = fmt.Fprintf(stdout, "\n%s\n", filepath.Join(dir, rundir.PageName))
	return err
}

// unlessThere passes over a file that is there already: an earlier attempt to
// complete the folder has made it, from the same passes.
func unlessThere(path string, write func() error) error {
	if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
		return nil
	}
	return write()
}

// Read reads a run as [report.Read] does. Where it is the folder of a run that
// was ended before it was judged, Read judges it, by the plan that the run had.
func Read(path string) (report.Input, error) {
	in, err := report.Read(path)
	if err != nil {
		return in, err
	}
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return in, nil
	}
	plan, err := rundir.ReadPlan(path)
	if errors.Is(err, fs.ErrNotExist) || in.Verdicts != nil && in.Log != nil {
		return in, nil
	}
	if err != nil {
		return in, err
	}
	if in.Log == nil {
		return in, fmt.Errorf("no pass was finished in %s: there is nothing to judge; start the run again", path)
	}
	in.Command = cmp.Or(in.Command, plan.Command)
	if in.Machine == nil {
		in.Machine = &card.Machine{Slug: plan.Machine}
	}
	if err := warnOfPasses(in.Machine, plan, in.Log, path); err != nil {
		return in, err
	}
	options := results.Options{Alpha: plan.Alpha, Sequential: plan.Sequential}
	if journal, err := rundir.ReadJournal(path); err == nil {
		options.Looks = journal.Looks
	}
	verdicts, err := results.Judge(in.Log, plan.Claims, view.LinkClasses(in.Machine), options)
	in.Verdicts = &results.Verdicts{Machine: plan.Machine, Passes: in.Log.Passes, Verdicts: verdicts}
	return in, err
}

// warnOfPasses adds to the card what the journal says of lost passes, and that a
// run ended before its last pass, where the card does not say it already.
func warnOfPasses(machine *card.Machine, plan *rundir.Plan, log *results.Log, dir string) error {
	var warnings []string
	journal, err := rundir.ReadJournal(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		warnings = journal.Summary()
	}
	if log.Passes < plan.Passes {
		warnings = append(warnings, fmt.Sprintf("%d of %d planned passes are here: the intervals are wider, and more claims undecided, than after a whole run", log.Passes, plan.Passes))
	}
	for _, w := range warnings {
		said := slices.ContainsFunc(machine.Warnings, func(old card.Warning) bool { return old.Text == w })
		if !said {
			machine.Warnings = append(machine.Warnings, card.Warning{Kind: card.PassesLost, Text: w})
		}
	}
	return nil
}

func writeJSON(write func(path string, data []byte) error, path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return write(path, append(b, '\n'))
}

// volatileFacts gathers what holds for this run only.
func (l *lab) volatileFacts(passes []card.PassFacts) *card.Volatile {
	now, settings := readActivity(), host.ReadSettings()
	return &card.Volatile{
		Date: l.started.At.UTC().Format(time.RFC3339), Commit: commit(), Command: commandLine(l.args), Kernel: settings.Kernel,
		Load1: l.started.Load1, StealShare: now.StealShare(l.started), Throttled: now.ThrottledSince(l.started),
		Governor: settings.Governor, Boost: settings.Boost, HugePages: settings.HugePages,
		PageBytes: os.Getpagesize(), Passes: passes,
	}
}

// commit is the revision that the program was built from, where Go recorded
// it.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	revision, modified := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = "+changes"
		}
	}
	return revision + modified
}
