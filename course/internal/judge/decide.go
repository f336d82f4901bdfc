package judge

import "cachelab/results"

// Judgement is what a measurement and a look at the code say together.
type Judgement int

const (
	// NotYet: the machine shows the effect with the lab's own arms, and the
	// learner's code does not get it; or it shows nothing, and the code does not
	// look like it either.
	NotYet Judgement = iota
	// Measured: the learner's code gets the effect.
	Measured
	// ByStructure: the measurement cannot tell, because the machine does not show the
	// effect now, not even with the lab's own arms, or because the learner's
	// samples scatter too much; and the code has the structure that would.
	ByStructure
)

// Decide weighs three things: control, whether the lab's own slow and fast arm
// differ here and now; yours, whether the learner's arm does as well; and
// structure, whether the code looks as it should. Structure counts only where
// the measurement does not decide: where a machine shows the effect, a
// learner's own way to get it is as good as the lab's, and code that looks right
// and measurably does not get it is not.
func Decide(control, yours results.Outcome, structure bool) Judgement {
	switch {
	case yours == results.Holds && control == results.Holds:
		return Measured
	case control == results.Holds && yours != results.Undecided:
		return NotYet
	case structure:
		return ByStructure
	}
	return NotYet
}
