package lab

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cachelab/cachelines/card"
	"cachelab/results"
	"cachelab/results/benchlog"
	"cachelab/results/report/view"
	"cachelab/results/rundir"
)

// measurement is the measuring part of a run.
type measurement struct {
	*lab
	keeper  *rundir.Writer
	journal *rundir.Journal

	facts    []card.PassFacts
	excluded []string          // benchmarks that hung or died: later passes go without them
	told     []string          // benchmarks without a result, as the terminal was told
	lost     int               // passes lost one after the other
	missing  map[string]*tally // by benchmark
	failure  error             // the first that went wrong
	waited   time.Duration     // in all, for other programs to end
	calm     int               // so many of the facts were taken before a look at the load found none
}

// tally says in how many of the kept passes that should have it a benchmark has no
// result, although it did not skip itself.
type tally struct{ expected, missing int }

func newMeasurement(l *lab) *measurement {
	return &measurement{
		lab: l, keeper: rundir.NewWriter(l.dir),
		journal: &rundir.Journal{Planned: len(l.plan.passes)},
		missing: map[string]*tally{},
	}
}

// limits are the times after which something is taken to hang.
type limits struct {
	card, list time.Duration
	cardGrace  time.Duration // in which an instrument notices that the card's time is over
	wait       time.Duration // in all, for other programs to end

	// A pass may take passFactor times what the plan says, and passFloor more.
	passFactor float64
	passFloor  time.Duration
}

// usualLimits. A machine that is shared with one other program runs at half
// speed, an emulator and a quota of a fifth of a CPU at a fifth; the floor is
// for starting, where a disk sleeps. The card takes 2 to 4 s and the list call
// under one, on every machine so far.
var usualLimits = limits{card: 2 * time.Minute, cardGrace: 5 * time.Second, list: time.Minute, wait: longWait, passFactor: 5, passFloor: time.Minute}

// pass is how long a pass may take that is planned to take so many seconds.
func (l limits) pass(seconds float64) time.Duration {
	return l.passFloor + time.Duration(l.passFactor*seconds*float64(time.Second))
}

// mostLost is how many passes may be lost one after the other before the
// measuring ends: whatever ruined three in a row ruins the rest too, and each
// may have taken its whole limit.
const mostLost = 3

// kept is how many passes are kept.
func (m *measurement) kept() int { return m.journal.Kept() }

// judge judges what was measured so far.
func (m *measurement) judge() ([]results.Verdict, error) {
	log, err := m.keeper.Log()
	if err != nil {
		return nil, err
	}
	return results.Judge(log, m.claims, view.LinkClasses(m.session.Machine), results.Options{Sequential: m.plan.sequential(), Looks: m.journal.Looks})
}

// run runs the planned passes and then, where there is time, more of them for
// the claims that are undecided. It stops at an interrupt. What was finished is
// with the keeper.
func (m *measurement) run(ctx context.Context) error {
	began := time.Now()
	m.say.begin(m.plan.seconds())
	for i, pass := range m.plan.passes {
		if err := m.pass(ctx, pass); err != nil || ctx.Err() != nil {
			return err
		}
		m.say.passed(i + 1)
		if i+1 == leftAfter {
			if err := m.nothingLeft(); err != nil {
				return err
			}
		}
	}
	m.say.done()
	if !m.plan.sequential() || m.kept() == 0 {
		return nil
	}
	return m.extend(ctx, m.plan.extraEnd(began, time.Now()))
}

// interruptLag is how long a signal may take from the process group to this
// program's context: milliseconds, a hundred times that on a busy machine.
const interruptLag = 300 * time.Millisecond

// pass runs one pass and keeps it as soon as it is finished, with what the
// host did meanwhile. A pass that was interrupted, hung or died in the middle is
// not kept; one in which some benchmark failed is, for the others' sake. What
// went wrong is in the journal, and the run goes on. An error ends it: the
// folder cannot be written, or one pass after the other is lost.
func (m *measurement) pass(ctx context.Context, plan casesPlan) error {
	if ctx.Err() != nil {
		return nil
	}
	m.awaitQuiet(ctx)
	// A guest's CPUs move within a run, and samples get the names of the classes that
	// were seen. Where a later round fails the earlier ones stand.
	_ = resampleLinks(m.session, ctx)
	number, seed := len(m.journal.Passes)+1, time.Now().UnixNano()
	before := readActivity()
	outcome := m.binary.run(ctx, m.o, m.without(plan.filter), seed, m.limits.pass(plan.seconds))
	after := readActivity()
	if outcome.err != nil {
		// A Ctrl-C in a terminal reaches the benchmarks as well, and they may
		// be gone before it is known here: not a failure of theirs.
		select {
		case <-ctx.Done():
		case <-time.After(interruptLag):
		}
	}
	entry := rundir.Pass{Pass: number, Seconds: after.At.Sub(before.At).Seconds()}
	if ctx.Err() != nil {
		entry.Faults = []rundir.Fault{{Kind: rundir.Interrupted, Text: "by the user"}}
		return m.enter(entry)
	}
	expected := m.expected(plan)
	if entry.Faults = outcome.lost(expected); len(entry.Faults) == 0 {
		left, err := m.keeper.AppendPass(number, seed, outcome.stdout)
		switch {
		case benchlog.IsFormatError(err):
			entry.Faults = []rundir.Fault{{Kind: rundir.Unreadable, Text: err.Error()}}
		case err != nil:
			return err
		default:
			entry.Kept, entry.Faults = true, outcome.faults(expected, left)
			m.count(expected, entry.Faults)
		}
	}
	if entry.Kept {
		m.facts = append(m.facts, card.PassFacts{
			Pass: number, Seed: seed, Seconds: entry.Seconds,
			StealShare: after.StealShare(before), Throttled: after.ThrottledSince(before), Load1: after.Load1,
			OtherCPUs: after.OtherWork(before, m.session.AllowedCPUs()),
		})
	}
	return m.enter(entry)
}

// without is a filter without the benchmarks that hung or died.
func (m *measurement) without(filter string) string {
	if len(m.excluded) == 0 {
		return filter
	}
	out := "(" + filter + ")"
	for _, name := range m.excluded {
		if strings.Contains(name, "/") {
			out += fmt.Sprintf(" AND -.fullname:%q", name)
		} else {
			out += fmt.Sprintf(" AND -.name:%q", name)
		}
	}
	return out
}

// expected are the names of the benchmarks that a pass should give results of.
func (m *measurement) expected(plan casesPlan) []string {
	var names []string
	for _, c := range plan.cases {
		base, _, _ := strings.Cut(c.name, "/")
		if !slices.Contains(m.excluded, c.name) && !slices.Contains(m.excluded, base) {
			names = append(names, c.name)
		}
	}
	return names
}

// count notes which benchmarks of a kept pass have no result.
func (m *measurement) count(expected []string, faults []rundir.Fault) {
	for _, name := range expected {
		t := m.missing[name]
		if t == nil {
			t = &tally{}
			m.missing[name] = t
		}
		t.expected++
		if slices.ContainsFunc(faults, func(f rundir.Fault) bool { return f.Kind == rundir.Missing && slices.Contains(f.Benchmarks, name) }) {
			t.missing++
		}
	}
}

// shortfall is an error where a benchmark that every pass should have has no result
// in more than half of them: its claims were not measured as planned. With fewer
// passes missing the intervals are wider, by at most the root of two, and the
// verdicts say how many passes they rest on.
func (m *measurement) shortfall() error {
	for _, name := range slices.Sorted(maps.Keys(m.missing)) {
		t := m.missing[name]
		if 2*t.missing > t.expected && 2*t.expected > m.kept() {
			return fmt.Errorf("%s gave no result in %d of %d passes: claims about it were not measured", name, t.missing, t.expected)
		}
	}
	return nil
}

// enter puts a pass into the journal, says what went wrong in it, and takes out
// of the next passes what hung or died.
func (m *measurement) enter(p rundir.Pass) error {
	m.journal.Passes = append(m.journal.Passes, p)
	m.lost++
	if p.Kept {
		m.lost = 0
	}
	for _, f := range p.Faults {
		if f.Kind == rundir.Interrupted {
			continue
		}
		m.tell(p.Pass, f)
		if f.Kind == rundir.Hung || f.Kind == rundir.Died {
			m.excluded = append(m.excluded, f.Benchmarks...)
		}
		if f.Kind.Lost() || f.Kind == rundir.Failed {
			m.failure = cmp.Or(m.failure, fmt.Errorf("pass %d: %s", p.Pass, inWords(f)))
		}
	}
	if err := rundir.WriteJournal(m.dir, m.journal); err != nil {
		return fmt.Errorf("%w; every finished pass is in %s", err, filepath.ToSlash(m.keeper.Path()))
	}
	if m.lost >= mostLost {
		return fmt.Errorf("%d passes were lost one after the other, so the measuring ended: %w", m.lost, m.failure)
	}
	return nil
}

// tell says on the terminal what went wrong. A benchmark without a result in every
// pass is told once.
func (m *measurement) tell(pass int, f rundir.Fault) {
	if f.Kind == rundir.Missing || f.Kind == rundir.Skipped {
		f.Benchmarks = slices.DeleteFunc(slices.Clone(f.Benchmarks), func(name string) bool { return slices.Contains(m.told, name) })
		if len(f.Benchmarks) == 0 {
			return
		}
		m.told = append(m.told, f.Benchmarks...)
	}
	m.say.line("pass %d: %s", pass, inWords(f))
}

func inWords(f rundir.Fault) string {
	who := ""
	if len(f.Benchmarks) > 0 {
		who = strings.Join(f.Benchmarks[:min(3, len(f.Benchmarks))], ", ")
		if more := len(f.Benchmarks) - 3; more > 0 {
			who += fmt.Sprintf(" and %d more", more)
		}
		who += " "
	}
	return fmt.Sprintf("%s%s: %s", who, f.Kind, f.Text)
}

const (
	// A run waits for other programs to end, no longer than this in all: as long as a
	// compiler or an update takes, and not as long as a service.
	quickWait, longWait = 4 * time.Second, 20 * time.Second

	// loadLook is how long a look at the load takes, a hundred ticks of the kernel's
	// account.
	loadLook = time.Second

	// leftAfter is after how many passes a run ends in which other programs spoiled
	// every sample: the next passes would not go better.
	leftAfter = 3
)

// awaitQuiet waits while other programs use the CPUs, if they did so in the last pass.
func (m *measurement) awaitQuiet(ctx context.Context) {
	most := m.limits.wait
	if m.o.quick {
		most = min(most, quickWait)
	}
	if m.otherCPUs() <= card.Busy || m.waited >= most {
		return
	}
	m.say.line("other programs used %.1f of the %d CPUs: waiting up to %v for them to end", m.otherCPUs(), len(m.session.AllowedCPUs()), most-m.waited)
	for m.waited < most {
		before := readActivity()
		select {
		case <-ctx.Done():
			return
		case <-time.After(loadLook):
		}
		m.waited += loadLook
		m.say.paused(loadLook)
		if readActivity().OtherWork(before, m.session.AllowedCPUs()).Or(0) <= card.Busy {
			m.calm = len(m.facts)
			return
		}
	}
	m.say.line("they go on, and so does this run: samples whose worker loses its CPU are dropped")
}

// otherCPUs is how many CPUs other programs used in the last pass that was long enough to
// tell, or during the machine card; 0 where a look since then found none.
func (m *measurement) otherCPUs() float64 {
	for _, f := range slices.Backward(m.facts[m.calm:]) {
		if n, known := f.OtherCPUs.Get(); known {
			return n
		}
	}
	if m.calm > 0 {
		return 0
	}
	return m.session.OtherCPUs.Or(0)
}

// nothingLeft is an error where other programs spoiled every sample of every claim so
// far.
func (m *measurement) nothingLeft() error {
	if m.otherCPUs() <= card.Busy {
		return nil
	}
	verdicts, err := m.judge()
	if err != nil {
		return err
	}
	asked := 0
	for _, v := range verdicts {
		if v.Outcome == results.NotHere || len(v.Benchmarks) == 0 {
			continue
		}
		if v.Samples > 0 || v.OffCPU == 0 {
			return nil // a sample was good, or it is missing for another reason
		}
		asked++
	}
	if asked == 0 {
		return nil
	}
	return fmt.Errorf("other programs used %.1f of the %d CPUs and spoiled every sample: end them and run again", m.otherCPUs(), len(m.session.AllowedCPUs()))
}
