// Package judge is what the exercises' checks have in common: a report in plain
// words, facts about memory, and a measurement of the learner's code next to a model
// solution and a slow way.
//
// A check decides by facts wherever there are facts: addresses, sizes, what a function
// returns, what a trace shows. A measurement then only shows the effect. Where nothing
// but the speed can tell, the learner's gain is compared with the model's, measured at
// the same time. If that does not decide, the answer is "again" and never "passes".
package judge

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// Outcome is what a check says of an exercise. Its number is the exit code of the
// check's process.
type Outcome int

const (
	Passes Outcome = 0
	// NotYet: something is missing. Not 1 or 2: those are a failed check, a usage
	// mistake, and a panic in the learner's code.
	NotYet Outcome = 3
	// Again: the measurement does not decide. Run it on a quiet machine.
	Again Outcome = 4
	// NotHere: this machine cannot show it at all.
	NotHere Outcome = 5
)

func (o Outcome) String() string {
	switch o {
	case Passes:
		return "passes"
	case Again:
		return "run again"
	case NotHere:
		return "not here"
	}
	return "not yet"
}

// Report collects what a check has to say. Main reads it while the check runs, when a
// measurement takes too long.
type Report struct {
	mu    sync.Mutex
	lines []string
	why   []string
	has   map[Outcome]bool // what any line says
}

// Done says what the learner has got.
func (r *Report) Done(format string, args ...any) { r.add(Passes, "done", format, args) }

// Missing says what is missing. The exercise is then "not yet".
func (r *Report) Missing(format string, args ...any) { r.add(NotYet, "missing", format, args) }

// Again says why a measurement does not decide. The exercise is then "run again", if
// nothing is missing.
func (r *Report) Again(format string, args ...any) { r.add(Again, "again", format, args) }

// NotHere says why this machine cannot judge the exercise.
func (r *Report) NotHere(format string, args ...any) { r.add(NotHere, "not here", format, args) }

// Note says what was seen.
func (r *Report) Note(format string, args ...any) { r.add(Passes, "seen", format, args) }

// Why adds to the explanation that -why prints.
func (r *Report) Why(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.why = append(r.why, line("why", fmt.Sprintf(format, args...)))
}

func (r *Report) add(says Outcome, label, format string, args []any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.has == nil {
		r.has = map[Outcome]bool{}
	}
	r.has[says] = true
	r.lines = append(r.lines, line(label, fmt.Sprintf(format, args...)))
}

// line is "  label    text", with further lines of the text under the first.
func line(label, text string) string {
	return fmt.Sprintf("  %-8s %s", label, strings.ReplaceAll(text, "\n", "\n           "))
}

// Outcome is what all lines together say.
func (r *Report) Outcome() Outcome {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, o := range []Outcome{NotYet, Again, NotHere} {
		if r.has[o] {
			return o
		}
	}
	return Passes
}

// Write prints the report; with why the explanation too.
func (r *Report) Write(w io.Writer, why bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines := slices.Clone(r.lines)
	if why {
		lines = append(lines, r.why...)
		if len(r.why) == 0 {
			lines = append(lines, line("why", "Nothing was measured: the facts decide first. Once they are right, -why explains the measurement."))
		}
	}
	_, err := fmt.Fprintln(w, strings.Join(lines, "\n"))
	return err
}
