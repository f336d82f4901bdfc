package view

import (
	"fmt"

	"cachelab/internal/format"
	"cachelab/internal/stats"
	"cachelab/results"
)

// cannotTell is the number of an answer that the run does not give.
const cannotTell = "cannot tell"

// tooFew reports whether an undecided verdict has no interval to show: its ratio is chance
// then. Beside a CPU quota one pass gave 0.02.
func tooFew(v results.Verdict) bool {
	return v.Outcome == results.Undecided && (v.Samples < stats.MinMedianInterval || !Bounded(*v.Ratio))
}

// slower reports whether a verdict found that the slow benchmark is the slower one.
func slower(v results.Verdict) bool {
	switch v.Outcome {
	case results.Holds, results.Weaker, results.Contradicted, results.OtherWay:
		return v.Ratio.Median > 1 && !isEqualHeld(v)
	}
	return false
}

// isEqualHeld reports whether a verdict found that two benchmarks take the same time.
func isEqualHeld(v results.Verdict) bool { return v.Threshold == nil && v.Outcome == results.Holds }

// numberOf is a ratio at a glance. Where the verdict is undecided it is the interval, so
// that no number looks like an answer.
func numberOf(v results.Verdict) string {
	if v.Outcome == results.Undecided {
		return format.Ratio(v.Ratio.Lo) + " to " + format.Ratio(v.Ratio.Hi) + "x"
	}
	return format.Ratio(v.Ratio.Median) + "x"
}

// findingOf is a verdict as the title of the figure that shows its numbers.
func findingOf(v results.Verdict, subject, numbers string) string {
	switch v.Outcome {
	case results.Undecided:
		return fmt.Sprintf("%s: undecided (%s), %s", subject, numberOf(v), numbers)
	case results.NoEffect:
		return fmt.Sprintf("%s: no effect, %s", subject, numbers)
	}
	return fmt.Sprintf("%s: %s, %s", subject, numbers, numberOf(v))
}

// withoutNumber is the answer where the verdict rests on too few passes.
func (a Answer) withoutNumber(v results.Verdict, subject string) Answer {
	a.Number, a.Bars = cannotTell, nil
	a.Finding = subject + ": this run cannot tell"
	a.More = "Run again when the machine is quiet."
	if v.Samples >= stats.MinMedianInterval {
		a.Short = fmt.Sprintf("%s This run cannot tell: claim %s is undecided. %s", a.Question, format.OneLine(v.ID), ReasonText(v))
		return a
	}
	a.Short = fmt.Sprintf("%s This run cannot tell: claim %s has %s where both benchmarks were undisturbed, and an answer takes %d.",
		a.Question, format.OneLine(v.ID), format.Count(v.Samples, "pass", "passes"), stats.MinMedianInterval)
	return a
}

// FindingOf is the answer to a question as a figure's title, empty where the run has none.
func FindingOf(in Input, key string) string {
	for _, a := range Answers(in) {
		if a.Key == key {
			return a.Finding
		}
	}
	return ""
}

// widerPad is the verdict on writers on the two lines of an aligned pair, compared with
// writers two lines apart.
func (in Input) widerPad() (results.Verdict, bool) {
	if in.Verdicts == nil {
		return results.Verdict{}, false
	}
	v, _, ok := pairOfLines.of(in.Verdicts.Verdicts)
	return v, ok
}

// PadFinding says whether a pad of 128 bytes is better than one of 64, by the verdict; it
// is empty where the run has none.
func (in Input) PadFinding() string {
	v, ok := in.widerPad()
	id := format.OneLine(v.ID)
	switch {
	case !ok:
		return ""
	case tooFew(v):
		return fmt.Sprintf("Whether padding to 128 bytes beats padding to 64 this run cannot tell (%s).", id)
	case v.Outcome == results.Undecided:
		return fmt.Sprintf("Whether padding to 128 bytes beats padding to 64 is undecided (%s: %s).", id, timesText(v))
	case slower(v):
		return fmt.Sprintf("Padding to 64 bytes is slower than padding to 128 (%s: %s).", id, timesText(v))
	case isEqualHeld(v):
		return fmt.Sprintf("Padding to 64 bytes is as good as padding to 128 (%s: %s).", id, timesText(v))
	}
	return ""
}

// padDoubt is what the verdict says against the machine card's pad; empty: nothing.
func (in Input) padDoubt() string {
	const pair = 128 // bytes: two lines of 64, what the verdict's pair is
	v, ok := in.widerPad()
	if !ok || slower(v) == (in.Machine.Line.PadBytes >= pair) || !slower(v) && !isEqualHeld(v) {
		return ""
	}
	return " But a claim of this run says otherwise: " + in.PadFinding()
}
