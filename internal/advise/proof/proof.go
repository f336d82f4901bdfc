package proof

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/patch"
	"cachelab/internal/advise/record"
)

// Env is what the proof needs of the user's build and of the machine.
type Env struct {
	// Build makes a test binary without recording, with files replaced by
	// other text; nil replaces none. It returns the path of the binary.
	Build func(ctx context.Context, replace map[string][]byte) (string, error)

	Dir     string   // where the binary runs: the directory of its package
	Environ []string // its environment
	Args    []string // further arguments for it

	// Count runs the benchmark for so many operations with every access
	// recorded. It returns what it saw of each finding that it met again.
	// nil, or a finding that is missing, means that the accesses are not known.
	Count func(ctx context.Context, iterations int) (map[*finding.Finding]Counted, error)

	// Place says where the words of a finding lie in a build with files
	// replaced. nil means that it is not known.
	Place func(ctx context.Context, f *finding.Finding, replace map[string][]byte) (Placement, error)

	LinkNS   float64 // of the slowest link between two CPUs here, one way; 0: not known
	Progress func(format string, args ...any)

	Passes [2]int // runs of each arm before the first and the second look; zero values are the defaults
}

// Placement is in how many of a finding's objects the words share a line. No
// objects: not known.
type Placement struct{ Shared, Objects int }

func (p Placement) String() string { return fmt.Sprintf("%d of %d objects", p.Shared, p.Objects) }

// Counted is a finding as a run saw it in which every access was recorded.
type Counted struct {
	Finding *finding.Finding
	Dump    *record.Dump // with Ops
}

// The looks at the data. With ten pairs a rank test can go below the 0.0025
// that ten findings leave of half of 5% (2/2^10 = 0.002), and the interval of
// the median survives an outlier at each end. The second look doubles that and
// more, and is taken only for findings that are undecided.
var defaultPasses = [2]int{10, 24}

// boundLimit is the share of the run below which a cost is not worth a
// measurement: a fifth of the 5% that a gain must exceed to be called one.
const boundLimit = 0.01

// The words of a gain.
const (
	WorthIt    = "worth it"
	LeaveIt    = "not worth it, leave it"
	Hurts      = "hurts"
	CannotTell = "cannot tell"
)

// Prove fills the Gain of every falsely shared finding. All findings are of one
// benchmark, or of a process without one if benchmark is empty. A finding that
// has a patch in patches is proved by the benchmark, others by the replay. When
// the context ends it keeps what is proved so far and returns the context's
// error.
func Prove(ctx context.Context, fs []*finding.Finding, benchmark string, patches map[*finding.Finding]*patch.Patch, env Env) error {
	if env.Progress == nil {
		env.Progress = func(string, ...any) {}
	}
	if env.Passes == [2]int{} {
		env.Passes = defaultPasses
	}
	err := prove(ctx, fs, benchmark, patches, env)
	for _, f := range fs {
		if f.Kind == finding.FalseSharing && f.Gain == nil {
			f.Gain = &finding.Gain{By: "bound", Verdict: "undecided", Word: CannotTell, Reason: unproved(err)}
		}
	}
	return err
}

func unproved(err error) string {
	if err == nil {
		return "there is neither a patch nor two busy goroutines to replay"
	}
	return "the measurement did not finish: " + firstLine(err.Error())
}

func prove(ctx context.Context, fs []*finding.Finding, benchmark string, patches map[*finding.Finding]*patch.Patch, env Env) error {
	open := slices.DeleteFunc(slices.Clone(fs), func(f *finding.Finding) bool { return f.Kind != finding.FalseSharing })
	if len(open) == 0 {
		return nil
	}
	trial := &trial{env: env, benchmark: benchmark}
	counted := map[*finding.Finding]Counted{}
	if benchmark != "" {
		if err := trial.addPlain(ctx); err != nil {
			return err
		}
		if env.Count != nil {
			env.Progress("%s: counting accesses", benchmark)
			got, err := env.Count(ctx, max(1, trial.iterations/countPart))
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err == nil { // without the counts everything is measured
				counted = got
			}
		}
		for _, f := range open {
			if c, ok := counted[f]; ok {
				f.Gain = bound(c, benchmark, trial.nsPerOp(), env.LinkNS)
			}
		}
		open = slices.DeleteFunc(open, func(f *finding.Finding) bool { return f.Gain != nil })
		if err := trial.run(ctx, open, patches); err != nil {
			return err
		}
		open = slices.DeleteFunc(open, func(f *finding.Finding) bool { return f.Gain != nil })
	}
	for _, f := range open {
		c, ok := counted[f]
		if !ok {
			c = Counted{f, &record.Dump{}}
		}
		env.Progress("%s: replaying the accesses", f.Pos)
		gain, err := replay(ctx, c.Finding, c.Dump, trial.nsPerOp())
		if err != nil {
			return err
		}
		f.Gain = gain
	}
	return nil
}

// countPart is by what the operations of a timed run are divided for the run
// that records every access: it may be a hundred times slower.
const countPart = 40

// bound returns the verdict of the first rung, or nil if the cost may matter.
// nsPerOp is the time of an operation without recording.
func bound(c Counted, benchmark string, nsPerOp, linkNS float64) *finding.Gain {
	f, d := c.Finding, c.Dump
	if d.Ops == 0 || nsPerOp == 0 || linkNS == 0 {
		return nil
	}
	var transfers float64
	for _, line := range f.Shared {
		if line.Saturated {
			return nil
		}
		transfers += 2 * float64(atMost(othersAccesses(line))) * float64(max(d.Watched.SampleOneIn, 1))
	}
	share := transfers / float64(d.Ops) * linkNS / nsPerOp
	if share >= boundLimit {
		return nil
	}
	return &finding.Gain{
		By: "bound", Benchmark: benchmark, Verdict: "no effect", Word: LeaveIt, Before: nsPerOp,
		Reason: fmt.Sprintf("even if every access from another CPU had to fetch the line, it would cost %.2g%% of an operation", 100*share),
	}
}

// othersAccesses are the recorded accesses to a line that were not made by the
// P with the most. Only they can take the line away, so a line moves at most
// twice as often.
func othersAccesses(line *record.Line) int64 {
	byP := map[int]int64{}
	var all, kept int64
	for _, w := range line.Words {
		all += w.Counts.Reads() + w.Counts.Writes()
		for _, p := range w.Ps {
			byP[p.P] += p.Reads + p.Writes
			kept += p.Reads + p.Writes
		}
	}
	var most int64
	for _, n := range byP {
		most = max(most, n)
	}
	// Accesses of Ps that had no slot count as others'.
	return max(all, kept) - most
}

// atMost is a count that a Poisson count of n exceeds by chance in under one of
// a thousand cases: n + 3.3 standard deviations, and 7 where n is 0
// (exp(-7) = 0.0009).
func atMost(n int64) int64 {
	root := int64(0)
	for root*root < n {
		root++
	}
	return n + 7*root/2 + 7
}

// Sort puts findings in the order of their report: gains that are worth it, the
// largest first; then what cannot be told, what only another alignment or line
// size would share, what is not worth it, and what is shared truly. Findings of
// one rank stay in order of their false transfers.
func Sort(fs []*finding.Finding) {
	slices.SortStableFunc(fs, func(a, b *finding.Finding) int {
		if r := rank(a) - rank(b); r != 0 {
			return r
		}
		if rank(a) == 0 {
			if a.Gain.Ratio.Median > b.Gain.Ratio.Median {
				return -1
			}
			return 1
		}
		return int(max(-1, min(1, b.Transfers.False-a.Transfers.False)))
	})
}

func rank(f *finding.Finding) int {
	switch {
	case f.Kind == finding.TrueSharing:
		return 5
	case f.Kind != finding.FalseSharing:
		return 3
	case f.Gain == nil || f.Gain.Word == CannotTell:
		return 1
	case f.Gain.Word == WorthIt && f.Gain.Ratio != nil:
		return 0
	case f.Gain.Word == Hurts:
		return 2
	}
	return 4
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s
}

// runLimit is how long one run of a benchmark may take beyond its estimate
// before it is ended: a benchmark that hangs must not hold the adviser.
const runLimit = 2 * time.Minute
