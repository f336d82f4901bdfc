package lab

import (
	"context"
	"fmt"
	"slices"
	"time"

	"cachelab/cachelines/card"
	"cachelab/internal/host"
	"cachelab/results"
)

const (
	// A run waits for other programs to end, no longer than this in all: as long as a
	// compiler or an update takes, and not as long as a service.
	quickWait, longWait = 4 * time.Second, 20 * time.Second

	// loadLook is how long a look at the load takes, a hundred ticks of the kernel's
	// account.
	loadLook = time.Second

	// leftAfter is after how many passes a run ends in which other programs spoiled
	// every sample: the next passes would not go better.
	leftAfter = 3
)

// awaitQuiet waits while other programs use the CPUs, if they did so in the last pass.
func (m *measurement) awaitQuiet(ctx context.Context) {
	most := m.limits.wait
	if m.o.quick {
		most = min(most, quickWait)
	}
	if m.otherCPUs() <= card.Busy || m.waited >= most {
		return
	}
	m.say.line("other programs used %.1f of the %d CPUs: waiting up to %v for them to end", m.otherCPUs(), len(m.session.AllowedCPUs()), most-m.waited)
	for m.waited < most {
		before := host.ReadActivity()
		select {
		case <-ctx.Done():
			return
		case <-time.After(loadLook):
		}
		m.waited += loadLook
		if host.ReadActivity().OtherWork(before, m.session.AllowedCPUs()).Or(0) <= card.Busy {
			return
		}
	}
	m.say.line("they go on, and so does this run: samples whose worker loses its CPU are dropped")
}

// otherCPUs is how many CPUs other programs used in the last pass that was long enough to
// tell, or during the machine card.
func (m *measurement) otherCPUs() float64 {
	for _, f := range slices.Backward(m.facts) {
		if n, known := f.OtherCPUs.Get(); known {
			return n
		}
	}
	return m.session.OtherCPUs.Or(0)
}

// nothingLeft is an error where other programs spoiled every sample of every claim so
// far.
func (m *measurement) nothingLeft() error {
	if m.otherCPUs() <= card.Busy {
		return nil
	}
	verdicts, err := m.judge()
	if err != nil {
		return err
	}
	asked := 0
	for _, v := range verdicts {
		if v.Samples > 0 {
			return nil
		}
		if v.Outcome != results.NotHere && len(v.Benchmarks) > 0 {
			asked++
		}
	}
	if asked == 0 {
		return nil
	}
	return fmt.Errorf("other programs used %.1f of the %d CPUs and spoiled every sample: end them and run again", m.otherCPUs(), len(m.session.AllowedCPUs()))
}
