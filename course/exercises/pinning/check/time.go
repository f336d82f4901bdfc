package check

import "time"

// roundNS is the time of a round in nanoseconds.
func roundNS(cpus []int, visit func(int), run func([]int, int, func(int)) error, failed *error) float64 {
	err := onThread(func() error {
		visit(0) // the first touch is not timed
		return nil
	})
	begin := time.Now()
	if e := onThread(func() error { return run(cpus, askedRounds, visit) }); e != nil {
		err = e
	}
	if err != nil {
		*failed = err
	}
	return float64(time.Since(begin).Nanoseconds()) / askedRounds
}
