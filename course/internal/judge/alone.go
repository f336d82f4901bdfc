package judge

import (
	"cachelab/affinity"
	"cachelab/internal/crew"
)

// Alone makes arms of work that one worker does, pinned if the system pins. Each sample
// calls prepare, and times the function that it returns: n operations. stop ends the
// worker.
func Alone(prepare ...func() (n int, work func())) (arms []Arm, stop func(), err error) {
	place := crew.Anywhere
	if affinity.Support().Pin {
		cpus, err := affinity.Allowed()
		if err != nil {
			return nil, nil, err
		}
		place = cpus[0]
	}
	worker, err := crew.New(place)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range prepare {
		arms = append(arms, Arm{Sample: func() float64 {
			var span crew.Span
			n, work := p()
			worker.Run(func(w *crew.Worker) { span = w.Time(work) })
			return PerOp(span, n)
		}})
	}
	return arms, worker.Close, nil
}

// GainAlone is MeasureGain of work that one worker does: see Alone.
func GainAlone(slow, model, yours func() (n int, work func())) (Gain, error) {
	arms, stop, err := Alone(slow, model, yours)
	if err != nil {
		return Gain{}, err
	}
	defer stop()
	return MeasureGain(arms[0], arms[1], arms[2])
}
