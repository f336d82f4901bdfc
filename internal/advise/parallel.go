package advise

import (
	"fmt"
	"strings"

	"cachelab/internal/advise/record"
)

// A line is shared only by threads that run at the same time. On a loaded
// machine they take turns on one CPU, and the recorder sees a program that
// shares nothing. That silence would be wrong, so it is told apart from others.

// A parallel says how far a program ran in parallel while it was recorded.
type parallel int

const (
	together parallel = iota // two CPUs at the same time
	inTurns                  // there was work for two CPUs, and one of them was not there
	serially                 // there was work for one CPU at a time
)

// enoughWindows is how many windows of 1 ms with two CPUs at work show what
// they share: a finding needs three, and this leaves room for those in which
// the workers did something else.
const enoughWindows = 20

// busyPart is the part of all windows, one in ten, in which two CPUs must have had work for
// the program to have worked in turns. A benchmark of one goroutine that allocates had
// them in 2 to 4 windows of a hundred: the runtime's own goroutines wake up.
const busyPart = 10

func parallelism(w record.Watched) parallel {
	switch {
	case w.Together >= enoughWindows:
		return together
	case w.Busy >= enoughWindows && w.Busy*busyPart >= w.Windows:
		return inTurns
	}
	return serially
}

// noteParallelism says what a recording could not show.
func (s *session) noteParallelism(p parallel, what string, w record.Watched, found int) {
	switch {
	case p == serially:
		s.serial = append(s.serial, what)
	case p == inTurns && found == 0:
		s.fail(what, fmt.Errorf("two CPUs had work in %d of the %d ms that were recorded, and did it at the same time in only %d; "+
			"so what its goroutines share was not shown; if other programs use the CPUs, run it again on an idle machine", w.Busy, w.Windows, w.Together))
	case p == inTurns:
		s.warn("The threads of %s ran at the same time in only %d of %d ms, as where other programs use the CPUs. There may be more to find.", what, w.Together, w.Busy)
	}
}

// noteSerial names what can share no line because it runs on one CPU at a time.
func (s *session) noteSerial() {
	if len(s.serial) == 0 {
		return
	}
	const most = 5
	names := strings.Join(s.serial[:min(most, len(s.serial))], ", ")
	if n := len(s.serial) - most; n > 0 {
		names += fmt.Sprintf(" and %d more", n)
	}
	s.warn("These hardly ran on two CPUs at the same time, so their goroutines had little to share: %s.", names)
}
