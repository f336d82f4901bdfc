package judge

import (
	"fmt"
	"math"

	"cachelab/results"
)

// Gain is how many times as fast as a slow way the model solution is, and the
// learner's code, both measured pass by pass at the same time.
type Gain struct {
	Model, Yours results.Interval
}

const (
	// leastModel is what the model must gain for the machine to count as one that
	// shows the effect now. The smallest gain of an exercise on the reference machines
	// is 2; a quarter more than nothing is beyond the noise of interleaved passes
	// (5%, the band of "no effect" of the lab's judge).
	leastModel = 1.25
	// share is how much of the model's gain the learner's must be, on a logarithmic
	// scale: half. Of a gain of 4 that is 2. The right answers under testdata of the
	// exercises got 0.50 to 1.13 in 9 runs on a 2-CPU guest (Zen 5), the wrong ones 0.38 and
	// less.
	share = 0.5
)

// Bar is the gain that the learner's code must reach, by the model's median.
func (g Gain) Bar() float64 { return math.Pow(g.Model.Median, share) }

// Outcome is Passes if the whole interval of the learner's gain is above the bar and
// NotYet if it is below. It is Again if the bar is inside the interval, and if the
// model itself gains nothing now: the machine then shows nothing, whatever the code.
func (g Gain) Outcome() Outcome {
	switch {
	case !(g.Model.Lo >= leastModel):
		return Again
	case g.Yours.Lo >= g.Bar():
		return Passes
	case g.Yours.Hi < g.Bar():
		return NotYet
	}
	return Again
}

// String compares the two in words.
func (g Gain) String() string {
	if g == (Gain{}) {
		return "not measured"
	}
	return fmt.Sprintf("yours %s times as fast as the slow way, the model solution %s", interval(g.Yours), interval(g.Model))
}

func interval(i results.Interval) string {
	return fmt.Sprintf("%.2g (%.2g to %.2g)", i.Median, i.Lo, i.Hi)
}

// MeasureGain samples three arms until the gain decides, for some seconds at most.
func MeasureGain(slow, model, yours Arm) (Gain, error) {
	slow.Name, model.Name, yours.Name = "slow", "model", "yours"
	return measureGain([]Arm{slow, model, yours}, Comparison{Slow: "slow", Fast: "model"}, Comparison{Slow: "slow", Fast: "yours"})
}

// MeasurePairs is MeasureGain for a learner's code that has a slow way of its own.
func MeasurePairs(slow, fast, yourSlow, yourFast Arm) (Gain, error) {
	slow.Name, fast.Name, yourSlow.Name, yourFast.Name = "slow", "fast", "your-slow", "your-fast"
	return measureGain([]Arm{slow, fast, yourSlow, yourFast}, Comparison{Slow: "slow", Fast: "fast"}, Comparison{Slow: "your-slow", Fast: "your-fast"})
}

func measureGain(arms []Arm, model, yours Comparison) (g Gain, err error) {
	model.ID, model.AtLeast = "model", leastModel
	yours.ID, yours.AtLeast = "yours", leastModel
	_, err = measure(arms, []Comparison{model, yours}, func(v map[string]results.Verdict) bool {
		m, y := v["model"].Ratio, v["yours"].Ratio
		if m == nil || y == nil {
			return false
		}
		g = Gain{*m, *y}
		return g.Outcome() != Again
	})
	return g, err
}

// Weigh lets the gain decide the exercise. notGot says what the learner may try; it
// must not name a cause that nobody looked at.
func (r *Report) Weigh(g Gain, got, notGot string) {
	switch g.Outcome() {
	case Passes:
		r.Done("%s: %s", got, g)
	case NotYet:
		r.Missing("%s: %s; it must be at least %.2g", notGot, g, g.Bar())
	default:
		r.Again("the measurement does not decide: %s. %s", g, g.undecided())
	}
}

func (g Gain) undecided() string {
	if !(g.Model.Lo >= leastModel) {
		return fmt.Sprintf("The model must be %.4g times as fast before anything can be judged. Run it again on a quiet machine", leastModel)
	}
	return fmt.Sprintf("The bar is %.2g. Run it again on a quiet machine", g.Bar())
}

// Show prints a gain that is not needed for the decision.
func (r *Report) Show(g Gain) {
	if g.Model.Lo >= leastModel {
		r.Note("measured: %s", g)
		return
	}
	r.Note("this machine does not show the effect now (%s). The answer is judged without it", g)
}
