package judge

import (
	"fmt"
	"unsafe"

	"cachelab/results"
)

// Task is an exercise on where two workers' words lie.
type Task struct {
	Yours     [2]unsafe.Pointer // the words, in the learner's layout
	Harmful   bool              // the exercise is to make them disturb each other, not to keep them apart
	Structure bool              // the addresses are as the exercise wants them
	Got       string            // in words: the learner's code has the effect
	NotGot    string            // and has it not, with what to do
}

const (
	// controlRatio is what the lab's own arms must show for the machine to count
	// as one that shows false sharing. Atomic adds side by side cost 3 to 6
	// times as much in every placement class of the reference machine.
	controlRatio = 1.3
	// yourRatio is what the learner's layout must show: less than the control,
	// because both are the same effect measured twice.
	yourRatio = 1.2
)

// TwoWorkers judges a task: two pinned workers with atomic adds on the
// learner's words, beside the lab's own packed and separate words.
func TwoWorkers(r *Report, task Task) error {
	pair, why, err := NewPair()
	if err != nil {
		return err
	}
	if pair == nil {
		r.Structural(task.Structure, task.Got, task.NotGot, why)
		r.Why("False sharing takes two CPUs at the same time, on one line. Here there are none to be had: %s.", why)
		return nil
	}
	defer pair.Close()
	yours := Comparison{ID: "yours", Slow: "packed", Fast: "yours", AtLeast: yourRatio}
	if task.Harmful {
		yours = Comparison{ID: "yours", Slow: "yours", Fast: "apart", AtLeast: yourRatio}
	}
	verdicts, err := Measure([]Arm{pair.Packed(), pair.Apart(), pair.Atomic("yours", task.Yours)},
		Comparison{ID: "control", Slow: "packed", Fast: "apart", AtLeast: controlRatio}, yours)
	if err != nil {
		return err
	}
	control, your := verdicts["control"], verdicts["yours"]
	what := "two words side by side take %s times as long as yours"
	if task.Harmful {
		what = "yours take %s times as long as two words far apart"
	}
	r.Weigh(control, your, task.Structure, task.Got+": "+fmt.Sprintf(what, Ratio(your)), task.NotGot+" (measured: "+fmt.Sprintf(what, Ratio(your))+")")
	r.Why("%s", pair.Place())
	r.Why("Measured with atomic adds. With plain increments (x++) the effect is often small or none: the core's store buffer forwards to its own next load, and the line\nbounces only when stores commit. The distance between the CPUs changes the cost as well; siblings of one core, two cores of one L3 and two sockets are\nclasses of their own. go run ./scripts/machine measures which ones this machine has.")
	return nil
}

// Weigh reports what Decide says, in the exercise's words. Where the measurement
// did not decide it says why.
func (r *Report) Weigh(control, yours results.Verdict, structure bool, got, notGot string) {
	switch Decide(control.Outcome, yours.Outcome, structure) {
	case Measured:
		r.Done("%s", got)
	case ByStructure:
		r.Note("%s. Judged by the code alone; -why says more", inconclusive(control, yours))
		r.Done("the code is as it should be")
	case NotYet:
		r.Missing("%s", notGot)
		if control.Outcome != results.Holds || yours.Outcome == results.Undecided {
			r.Note("%s", inconclusive(control, yours))
		}
	}
}

// inconclusive says why a measurement does not decide.
func inconclusive(control, yours results.Verdict) string {
	what, v := "the machine does not show it now: the lab's own pair differs by", control
	if control.Outcome == results.Holds {
		what, v = "the measurement does not decide: the machine shows the effect, and your code's ratio scatters,", yours
	}
	text := fmt.Sprintf("%s %s (%s", what, Ratio(v), v.Outcome)
	if v.Reason != "" {
		text += ": " + v.Reason
	}
	return text + ")"
}

// Structural reports on the code alone, where nothing can be measured.
func (r *Report) Structural(ok bool, got, notGot, why string) {
	r.Note("cannot be measured here: %s. Judged by the code alone", why)
	if ok {
		r.Done("the code is as it should be: where it can be measured, %s", got)
	} else {
		r.Missing("%s", notGot)
	}
}
