package check

import (
	"cachelab/affinity"
	"cachelab/course/internal/judge"
	"cachelab/internal/arena"
	"cachelab/internal/crew"
	"cachelab/results"
)

const (
	// equalBand is how far the two layouts may differ for one worker, whom no
	// layout disturbs: more than the noise of a short sample, and far less than
	// the 3 to 20 times that a register makes.
	equalBand = 0.15
	// noisyBand is what a restless machine may make of equal layouts, and still less
	// than what any wrong pair of loops makes of them.
	noisyBand = 0.5
	// mostTries: a difference that is in the code is there every time, one that
	// the machine made (a neighbour on the core's other thread, a change of clock)
	// is not.
	mostTries = 3
)

// nobodyBeside: one worker alone is disturbed by nobody, so that both layouts
// must take the same time, or differ no more than one loop does from itself.
func nobodyBeside(r *judge.Report) error {
	for try := 1; ; try++ {
		var failed error
		verdicts, err := judge.Measure(append(arms(1, &failed), twice(&failed)...),
			judge.Comparison{ID: "one", Slow: "side", Fast: "lines", Band: equalBand},
			judge.Comparison{ID: "null", Slow: "first", Fast: "second", Band: equalBand})
		if err != nil {
			return err
		}
		if failed != nil {
			r.Missing("one worker: %v", failed)
			return nil
		}
		one, null := verdicts["one"], verdicts["null"]
		switch {
		case within(one, noisyBand) && !beyond(one, null):
			r.Done("with one worker the layouts take the same time: %s", judge.Ratio(one))
			return nil
		case try < mostTries:
			continue
		case beyond(one, null):
			r.Missing("with ONE worker your packed counters take %s times as long as the padded ones. There is nobody to share with: the two loops do different things. Run one and the same loop over both layouts", judge.Ratio(one))
		default:
			r.Again("with one worker the layouts should take the same time, and the measurement does not decide: %s; one loop run twice differs from itself by %s. Run it again on a quiet machine", judge.Ratio(one), judge.Ratio(null))
		}
		return nil
	}
}

// within reports whether the whole interval is within a band around 1.
func within(v results.Verdict, band float64) bool {
	return v.Ratio != nil && v.Ratio.Hi <= 1+band && v.Ratio.Lo >= 1/(1+band)
}

// beyond reports whether the learner's layouts differ by more than the machine
// explains: significantly, and out of reach of what the lab's own loop differs
// from itself by.
func beyond(one, null results.Verdict) bool {
	if one.Outcome != results.Contradicted {
		return false // equal, or too noisy to tell
	}
	if null.Ratio == nil {
		return true
	}
	return one.Ratio.Lo > null.Ratio.Hi*(1+equalBand) || one.Ratio.Hi < null.Ratio.Lo/(1+equalBand)
}

// twice are two arms that are one: a worker started anew counts on one word, and
// again. What they differ by is the machine's doing.
func twice(failed *error) []judge.Arm {
	arm := func(name string, which int) judge.Arm {
		return judge.Arm{Name: name, Sample: func() float64 {
			ns, err := countTwice()
			if err != nil {
				*failed = err
				return 1
			}
			return ns[which]
		}}
	}
	return []judge.Arm{arm("first", 0), arm("second", 1)}
}

func countTwice() (ns [2]float64, err error) {
	place := crew.Anywhere
	if affinity.Support().Pin {
		cpus, err := affinity.Allowed()
		if err != nil {
			return ns, err
		}
		place = cpus[0]
	}
	workers, err := crew.New(place)
	if err != nil {
		return ns, err
	}
	defer workers.Close()
	memory, err := arena.New(1, arena.Small)
	if err != nil {
		return ns, err
	}
	defer memory.Close()
	for i := range ns {
		workers.Run(func(w *crew.Worker) {
			*(*uint64)(memory.At(0)) = 0
			span := w.Time(func() { crew.AddAtomic(memory.At(0), many) })
			ns[i] = float64(span.Wall.Nanoseconds()) / many
		})
	}
	return ns, nil
}
