package harness

import (
	"flag"
	"testing"
	"time"
)

// A sample that another program spoiled is taken again at once: beside a program on one of
// two CPUs that saves two samples of three which would be left out otherwise, and a pass
// whose other arm is good with them.

const (
	// mostTries is how often one sample is taken. Where a program has a CPU for half of the
	// time, one sample in eight is still spoiled.
	mostTries = 3
	// mostWasted is how many more tries may be in vain than help before a process stops
	// trying: beside a load on all CPUs each sample is spoiled, and three times as many of
	// them would take three times as long.
	mostWasted = 4
)

// retries counts the second and third tries of this process.
type retries struct {
	spoiled        bool // the present sample
	helped, wasted int
}

var tries retries

// spoil marks the present sample as one that something else spoiled.
func spoil() { tries.spoiled = true }

// unspoiled is a benchmark that takes its sample again where something else spoiled it.
func unspoiled(run func(b *testing.B)) func(b *testing.B) {
	return func(b *testing.B) {
		tries.spoiled = false
		run(b)
		for try := 1; try < mostTries && tries.again(b); try++ {
			b.ResetTimer() // forgets what was reported as well
			b.StartTimer() // where the first try stopped it, the next would seem to take no time
			tries.spoiled = false
			run(b)
			tries.count()
		}
	}
}

// again reports whether another try is due: the sample would be this benchmark's, and
// tries have not mostly been in vain.
func (r *retries) again(b *testing.B) bool {
	goal, timed := benchtime()
	return r.spoiled && timed && b.Elapsed() >= goal && r.wasted < r.helped+mostWasted
}

func (r *retries) count() {
	if r.spoiled {
		r.wasted++
	} else {
		r.helped++
	}
}

// benchtime is how long a benchmark shall run. It is not timed where the user has given
// the number of operations (-benchtime 100x).
func benchtime() (goal time.Duration, timed bool) {
	f := flag.Lookup("test.benchtime")
	if f == nil {
		return 0, false
	}
	goal, err := time.ParseDuration(f.Value.String())
	return goal, err == nil
}
