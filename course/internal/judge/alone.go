package judge

import (
	"time"

	"cachelab/affinity"
	"cachelab/internal/crew"
)

// Alone makes arms of functions that one worker runs, pinned where the system
// pins. work returns the number of operations that it did. The second result
// ends the worker.
func Alone(arms map[string]func() int) (list []Arm, stop func(), err error) {
	place := crew.Anywhere
	if affinity.Support().Pin {
		cpus, err := affinity.Allowed()
		if err != nil {
			return nil, nil, err
		}
		place = cpus[0]
	}
	workers, err := crew.New(place)
	if err != nil {
		return nil, nil, err
	}
	for name, work := range arms {
		list = append(list, Arm{name, func() float64 {
			var span crew.Span
			n := 1
			workers.Run(func(w *crew.Worker) {
				span = w.Time(func() { n = work() })
			})
			return float64(span.Wall) / float64(time.Nanosecond) / float64(n)
		}})
	}
	return list, workers.Close, nil
}
