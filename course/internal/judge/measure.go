package judge

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"cachelab/internal/crew"
	"cachelab/results"
	"cachelab/results/benchlog"
)

// Arm is one way to do the work. Sample does it once and returns the time of
// one operation in nanoseconds, or NaN where something else spoiled it (see PerOp).
type Arm struct {
	Name   string
	Sample func() float64
}

const (
	// firstPasses is what the interval is first made of: enough for one outlier
	// at each end, see results (interval.go).
	firstPasses = 12
	// morePasses are added while a comparison is undecided, and mostPasses ends it.
	morePasses = 12
	mostPasses = 60
	// budget ends it too: a learner waits.
	budget = 3 * time.Second
	// longest ends it even before the first passes are complete. On a quiet machine they
	// take a tenth of it. Of fewer passes no interval is made.
	longest = 4 * budget
	// mostTries is how often a pass takes a sample that something else spoils. Beside one
	// other program on one of two CPUs a sample of a millisecond is spoiled in one of four
	// tries or fewer.
	mostTries = 3
	// mostOff is the share of a sample that a worker may be off its CPU: the lab's own
	// bound (bench/internal/harness).
	mostOff = 0.1
)

// PerOp is the time of one of so many operations, in nanoseconds. It is NaN where a worker
// was off its CPU: of two workers the other one had every line to itself meanwhile, so that
// a wrong answer looks fast and a right one slow.
func PerOp(span crew.Span, ops int) float64 {
	if span.OffCPU > mostOff {
		return math.NaN()
	}
	return float64(span.Wall.Nanoseconds()) / float64(ops)
}

// undisturbed samples an arm until nothing has spoiled the sample, a few times at most.
func (a Arm) undisturbed() float64 {
	ns := a.Sample()
	for tries := 1; math.IsNaN(ns) && tries < mostTries; tries++ {
		ns = a.Sample()
	}
	return ns
}

// Comparison is a claim about two arms.
type Comparison struct {
	ID         string
	Slow, Fast string // names of arms
	// AtLeast is the ratio slow/fast that the whole interval must be above. 0
	// asks that they are equal within Band.
	AtLeast, Band float64
}

// Measure samples the arms until every comparison is decided, for some seconds at
// most.
func Measure(arms []Arm, comparisons ...Comparison) (map[string]results.Verdict, error) {
	return measure(arms, comparisons, func(verdicts map[string]results.Verdict) bool {
		for _, v := range verdicts {
			if v.Outcome == results.Undecided {
				return false
			}
		}
		return true
	})
}

// measure samples the arms pass by pass, each pass in another order, so that drift
// affects all of them alike, and judges the comparisons until they are enough. The
// verdicts are empty if not even the first passes were complete in time.
func measure(arms []Arm, comparisons []Comparison, enough func(map[string]results.Verdict) bool) (map[string]results.Verdict, error) {
	measures()
	begin := time.Now()
	for _, a := range arms {
		a.Sample() // the first touches memory and fills caches
	}
	if *structure {
		return nil, nil
	}
	claims := claimsOf(comparisons)
	var record strings.Builder
	order := rand.New(rand.NewPCG(1, 2)) // fixed: what is random here is the machine
	passes := 0
	for aim := firstPasses; ; aim += morePasses {
		for ; passes < aim && time.Since(begin) < longest; passes++ {
			fmt.Fprintf(&record, "# pass %d seed 1\n", passes+1)
			for _, i := range order.Perm(len(arms)) {
				if ns := arms[i].undisturbed(); ns > 0 {
					fmt.Fprintf(&record, "BenchmarkArm/arm=%s 1 %g ns/op\n", arms[i].Name, ns)
				}
			}
		}
		if passes < firstPasses {
			return nil, nil
		}
		verdicts, err := judged(record.String(), claims)
		if err != nil {
			return nil, err
		}
		if enough(verdicts) || passes >= mostPasses || time.Since(begin) > budget {
			return verdicts, nil
		}
	}
}

// judged holds claims to recorded passes, and returns the verdicts by id.
func judged(record string, claims []results.Claim) (map[string]results.Verdict, error) {
	log, err := benchlog.Read(strings.NewReader(record), "measurement")
	if err != nil {
		return nil, err
	}
	verdicts, err := results.Judge(log, claims, nil, results.Options{})
	if err != nil {
		return nil, err
	}
	byID := map[string]results.Verdict{}
	for _, v := range verdicts {
		byID[v.ID] = v
	}
	return byID, nil
}

func claimsOf(comparisons []Comparison) (claims []results.Claim) {
	for _, c := range comparisons {
		claim := results.Claim{
			ID: c.ID, Slow: ".name:Arm /arm:" + c.Slow, Fast: ".name:Arm /arm:" + c.Fast,
			Threshold: c.AtLeast, Band: c.Band,
		}
		if c.AtLeast == 0 {
			claim.Kind = results.Equal
		}
		claims = append(claims, claim)
	}
	return claims
}

// Ratio is a verdict's ratio in words: "3.6 (3.4 to 3.9)".
func Ratio(v results.Verdict) string {
	if v.Ratio == nil {
		return "unknown"
	}
	return fmt.Sprintf("%.2f (%.2f to %.2f)", v.Ratio.Median, v.Ratio.Lo, v.Ratio.Hi)
}
