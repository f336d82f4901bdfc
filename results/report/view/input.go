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

	Folder string               // where the run is, for its name in a comparison; may be empty
	Root   string               // of the module, for commands that can be pasted anywhere; empty: unknown
	Claims map[string]ClaimInfo // by id, from whoever declares the claims; may be nil
	Known  *Input               // the recorded run of the most similar machine; nil: none to compare with
}

// ClaimInfo is what verdicts.json does not have of a claim.
type ClaimInfo struct {
	Lesson    string  // name of the lesson: "counters"
	About     string  // the lesson's subject in a few words
	Mechanism string  // what causes the effect, in two sentences
	Where     string  // of the benchmark: "bench/counters_test.go:31"
	Band      float64 // the claim's own band as a share; 0 is the default

	// Current reports whether a verdict is of the claim's present form; nil: not known.
	// One of an earlier form is about another comparison.
	Current func(results.Verdict) bool
}

// EarlierForm marks a verdict on what its claim compared before.
const EarlierForm = "earlier form of the claim"

// isOlder reports whether a verdict of the run is of an earlier form of its claim.
func (in Input) isOlder(v results.Verdict) bool {
	current := in.Claims[v.ID].Current
	return current != nil && !current(v)
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

// Date is when the run began, as its machine card has it; empty where it is not
// known.
func (in Input) Date() string {
	if in.Machine == nil || in.Machine.Volatile == nil {
		return ""
	}
	return format.OneLine(in.Machine.Volatile.Date)
}

// VerdictOf is the run's verdict on a claim, nil where it has none.
func (in Input) VerdictOf(id string) *results.Verdict {
	if in.Verdicts == nil {
		return nil
	}
	for i := range in.Verdicts.Verdicts {
		if in.Verdicts.Verdicts[i].ID == id {
			return &in.Verdicts.Verdicts[i]
		}
	}
	return nil
}
