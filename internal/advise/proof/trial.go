package proof

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/perf/benchfmt"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/patch"
	"cachelab/internal/process"
	"cachelab/results"
)

// A trial runs one benchmark of the user's as found and with pads, in turn.
type trial struct {
	env        Env
	benchmark  string // top-level name: "BenchmarkQueue"
	arms       []*arm // arms[0] is the program as found
	count      string // -test.benchtime of every run: "12345x"
	iterations int    // of count
	names      []string
	samples    []results.Sample
	passes     int
}

// An arm is one build of the program.
type arm struct {
	binary string
	f      *finding.Finding // what it pads; nil for the program as found
}

// benchTime is what one run takes, about: long against the start of a process
// and a scheduler's slice, short enough for many runs.
const benchTime = "200ms"

// addPlain builds the program as found and learns how many operations take
// benchTime, so that every run of every arm does the same work.
func (t *trial) addPlain(ctx context.Context) error {
	t.env.Progress("building the program as found")
	binary, err := t.env.Build(ctx, nil)
	if err != nil {
		return err
	}
	t.arms = []*arm{{binary: binary}}
	t.count = benchTime
	first, err := t.runArm(ctx, t.arms[0])
	if err != nil {
		return err
	}
	if len(first) == 0 {
		return fmt.Errorf("%s printed no result without recording", t.benchmark)
	}
	// Benchmarks below the top-level one share a count: that of the slowest.
	iterations := math.MaxInt
	for _, r := range first {
		iterations = min(iterations, r.Iters)
		t.names = append(t.names, r.Name.String())
	}
	t.iterations = max(1, iterations)
	t.count = strconv.Itoa(t.iterations) + "x"
	t.add(first, 0)
	return nil
}

// nsPerOp is the time of an operation of the program as found: the mean over
// its benchmarks, 0 where nothing was run.
func (t *trial) nsPerOp() float64 {
	var sum, n float64
	for _, s := range t.samples {
		if strings.HasSuffix(s.Name, "/arm=a0") {
			sum, n = sum+s.Values.Of("sec/op")*1e9, n+1
		}
	}
	if n == 0 {
		return 0
	}
	return sum / n
}

// run measures every finding that has a patch, and enters the gains.
func (t *trial) run(ctx context.Context, fs []*finding.Finding, patches map[*finding.Finding]*patch.Patch) error {
	for _, f := range fs {
		p := patches[f]
		if p == nil {
			continue
		}
		t.env.Progress("building with %s", p.Summary)
		binary, err := t.env.Build(ctx, p.Files)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			f.Patch, f.PatchSummary, f.PriceBytes = "", "", 0
			f.Advice = strings.TrimSpace(f.Advice + " The pads do not compile: " + compileError(err))
			continue
		}
		if t.apart(ctx, f, p) {
			t.arms = append(t.arms, &arm{binary, f})
		}
	}
	if len(t.arms) == 1 {
		return nil
	}
	t.samples = nil // the first run had another count
	for look, passes := range t.env.Passes {
		for t.passes < passes {
			if err := t.pass(ctx, passes); err != nil {
				return err
			}
		}
		undecided, err := t.judge(look == len(t.env.Passes)-1)
		if err != nil || undecided == 0 {
			return err
		}
	}
	return nil
}

// apart checks that the words share a line as found and no longer with the
// pads. Otherwise a comparison would be of two layouts that do not differ, and
// the finding has its answer.
func (t *trial) apart(ctx context.Context, f *finding.Finding, p *patch.Patch) bool {
	if t.env.Place == nil {
		return true
	}
	t.env.Progress("looking where the words lie, as found and padded")
	found, err := t.env.Place(ctx, f, nil)
	if err != nil {
		return true
	}
	padded, err := t.env.Place(ctx, f, p.Files)
	if err != nil {
		return true
	}
	reason := ""
	switch {
	case padded.Shared > 0:
		reason = fmt.Sprintf("the words still share a line with the pads, in %v", padded)
	case found.Objects > 0 && found.Shared == 0:
		reason = fmt.Sprintf("without the recorder the words were apart in all of %d objects as found, so both builds would be the same", found.Objects)
	case found.Objects > 0 && padded.Objects > 0:
		f.Placed = fmt.Sprintf("as found on one line in %v, with pads in %v", found, padded)
		return true
	default:
		return true // not known in one of them
	}
	f.Gain = &finding.Gain{By: "benchmark", Benchmark: t.benchmark, Verdict: "undecided", Word: CannotTell, Reason: reason}
	return false
}

// pass runs every arm once, in a new order.
func (t *trial) pass(ctx context.Context, of int) error {
	t.passes++
	t.env.Progress("%s, run %d of %d of each build", t.benchmark, t.passes, of)
	for _, i := range rand.Perm(len(t.arms)) {
		got, err := t.runArm(ctx, t.arms[i])
		if err != nil {
			return err
		}
		t.add(got, i)
	}
	return nil
}

// add keeps results under names that a filter can select.
func (t *trial) add(got []*benchfmt.Result, arm int) {
	for _, r := range got {
		seconds, ok := r.Value("sec/op")
		for i, name := range t.names {
			if ok && name == r.Name.String() {
				key := fmt.Sprintf("Gain/bench=b%d/arm=a%d", i, arm)
				t.samples = append(t.samples, results.Sample{Pass: t.passes, Name: key, Full: "Benchmark" + key,
					Values: results.Values{{Unit: "sec/op", Value: seconds}}})
			}
		}
	}
}

// judge gives every finding the verdict of the benchmark in which the pads
// change most, corrected over all findings and benchmarks, and says how many
// are undecided. Each of the two looks may err in half of 5%.
func (t *trial) judge(last bool) (undecided int, err error) {
	var claims []results.Claim
	for a := 1; a < len(t.arms); a++ {
		for b := range t.names {
			claims = append(claims, results.Claim{
				ID:        fmt.Sprintf("a%d b%d", a, b),
				Sentence:  "the pads make the benchmark faster",
				Slow:      fmt.Sprintf(".name:Gain /bench:b%d /arm:a0", b),
				Fast:      fmt.Sprintf(".name:Gain /bench:b%d /arm:a%d", b, a),
				Threshold: 1.05, // where the band of no effect ends
				// Nobody teaches it: a slower program is a result, and contradicts nobody.
				Measurement: true,
			})
		}
	}
	verdicts, err := results.Judge(&results.Log{Samples: t.samples, Passes: t.passes}, claims, nil, results.Options{Alpha: 0.05 / 2})
	if err != nil {
		return 0, err
	}
	for a := 1; a < len(t.arms); a++ {
		of := verdicts[(a-1)*len(t.names) : a*len(t.names)]
		gain := t.gain(of)
		if gain.Word == CannotTell {
			undecided++
			if !last {
				continue
			}
		}
		t.arms[a].f.Gain = gain
	}
	return undecided, nil
}

// gain chooses among the verdicts of one patch: a proved change before an
// undecided one, that before no effect; among equals the largest change.
func (t *trial) gain(verdicts []results.Verdict) *finding.Gain {
	best, name := verdicts[0], t.names[0]
	for i, v := range verdicts {
		if weight(v) > weight(best) {
			best, name = v, t.names[i]
		}
	}
	g := &finding.Gain{
		By: "benchmark", Benchmark: "Benchmark" + trimProcs(name), Verdict: string(best.Outcome), Word: word(best.Outcome),
		Samples: best.Samples, Placement: best.Placement, Reason: best.Reason,
	}
	if best.Ratio != nil {
		g.Ratio = &finding.Ratio{Median: best.Ratio.Median, Lo: best.Ratio.Lo, Hi: best.Ratio.Hi}
	}
	if len(best.Arms) == 2 {
		g.Before, g.After = best.Arms[0].Center.Median*1e9, best.Arms[1].Center.Median*1e9
	}
	if g.Word == CannotTell {
		g.More = best.MorePasses
	}
	return g
}

// weight orders verdicts by how much they say.
func weight(v results.Verdict) float64 {
	change := 0.0
	if v.Ratio != nil {
		change = min(math.Abs(math.Log(v.Ratio.Median)), 50)
	}
	switch word(v.Outcome) {
	case WorthIt, Hurts:
		return 200 + change
	case CannotTell:
		return 100 + change
	}
	return change
}

// word is the plain word for a verdict on a gain.
func word(v results.Outcome) string {
	switch v {
	case results.Holds:
		return WorthIt
	case results.NoEffect:
		return LeaveIt
	case results.Contradicted, results.OtherWay:
		return Hurts
	}
	return CannotTell
}

// pipeDelay is how long a run that was ended may keep its output open: a process
// that it started may hold it for ever.
const pipeDelay = time.Second

// runArm runs the benchmark once and returns its results.
func (t *trial) runArm(ctx context.Context, a *arm) ([]*benchfmt.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, runLimit)
	defer cancel()
	args := append([]string{"-test.run=^$", "-test.bench=^" + regexp.QuoteMeta(t.benchmark) + "$",
		"-test.benchtime=" + t.count, "-test.count=1"}, t.env.Args...)
	cmd := exec.CommandContext(ctx, a.binary, args...)
	cmd.Dir, cmd.Env = t.env.Dir, t.env.Environ
	cmd.WaitDelay = pipeDelay
	defer process.Tie(cmd)()
	out, err := cmd.CombinedOutput()
	if err != nil {
		if ctx.Err() != nil && context.Cause(ctx) == context.DeadlineExceeded {
			return nil, fmt.Errorf("%s did not end within %v", t.benchmark, runLimit)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%s failed without recording: %w: %s", t.benchmark, err, firstLine(failure(out)))
	}
	return parse(out), nil
}

// parse reads the result lines of a run and passes over everything else.
func parse(out []byte) []*benchfmt.Result {
	var all []*benchfmt.Result
	reader := benchfmt.NewReader(bytes.NewReader(out), "benchmark")
	for reader.Scan() {
		if r, ok := reader.Result().(*benchfmt.Result); ok {
			all = append(all, r.Clone())
		}
	}
	return all
}

// failure is the part of a test's output that says what went wrong.
func failure(out []byte) string {
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "panic:") || strings.HasPrefix(line, "fatal error:") || strings.Contains(line, "_test.go:") {
			return strings.TrimSpace(line)
		}
	}
	return string(out)
}

// compileError is the first message of a compiler in an error, or else its last
// line.
func compileError(err error) string {
	lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
	for _, line := range lines {
		if strings.Contains(line, ".go:") {
			return strings.TrimSpace(line) + "."
		}
	}
	return strings.TrimSpace(lines[len(lines)-1]) + "."
}

// trimProcs takes the -GOMAXPROCS off a benchmark's name.
func trimProcs(name string) string {
	if i := strings.LastIndexByte(name, '-'); i >= 0 {
		if _, err := strconv.Atoi(name[i+1:]); err == nil {
			return name[:i]
		}
	}
	return name
}
