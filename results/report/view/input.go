// Package view is what a report says, without how it is drawn: verdicts in
// groups, reasons, answers, advice, warnings and the facts of a machine, as
// words and values that text, figure and page share.
package view

import (
	"cachelab/cachelines/card"
	"cachelab/internal/format"
	"cachelab/results"
)

// Input is one run, as far as it came. Each part may be missing: an
// interrupted run has no verdicts, a run that somebody recorded with `go test
// -bench` has no machine card.
type Input struct {
	Name     string            // of the machine, as the run has it; may be empty
	Machine  *card.Machine     // nil: no machine.json
	Log      *results.Log      // nil: no run.txt
	Verdicts *results.Verdicts // nil: no verdicts.json
	Command  string            // the command line that made the run; may be empty
	Notes    []string          // doubts about the files themselves, one sentence each
}

// MachineName is what the run's machine is called.
func (in Input) MachineName() string {
	switch {
	case in.Machine != nil:
		return MachineName(in.Machine)
	case format.OneLine(in.Name) != "":
		return format.OneLine(in.Name)
	case in.Verdicts != nil && format.OneLine(in.Verdicts.Machine) != "":
		return format.OneLine(in.Verdicts.Machine)
	}
	return "unknown machine"
}

// Passes is the number of passes of the run, as far as anything tells.
func (in Input) Passes() int {
	switch {
	case in.Log != nil:
		return in.Log.Passes
	case in.Verdicts != nil:
		return in.Verdicts.Passes
	}
	return 0
}
