package view

import (
	"cachelab/internal/format"
)

// Warning is what a reader must know before the results.
type Warning struct {
	Text   string   // what happened, and what to do
	Claims []string // the ids of the claims that it affects; may be empty
}

// WarningsOf lists what a reader must know first: what is missing, what the
// files themselves raise, what the machine card warns of.
func WarningsOf(in Input) []Warning {
	var out []Warning
	say := func(text string) {
		if text = format.OneLine(text); text != "" {
			out = append(out, Warning{Text: text})
		}
	}
	if in.Machine == nil && in.Verdicts != nil {
		say("There is no machine card (machine.json): the machine was not measured.")
	}
	if in.Verdicts == nil && in.Machine != nil {
		say("There are no verdicts (verdicts.json): the run was not judged, or was interrupted.")
	}
	if in.Log == nil {
		say("There are no results (run.txt): there is nothing to draw.")
	} else if in.Log.Passes == 1 && in.Verdicts != nil {
		say("The run has one pass, so it has no intervals and decides nothing. Run more passes: -passes 8.")
	}
	for _, n := range in.Notes {
		say(n)
	}
	if in.Machine != nil {
		for _, w := range in.Machine.Warnings {
			if text := format.OneLine(w.Text); text != "" {
				out = append(out, Warning{Text: text, Claims: w.Affects})
			}
		}
	}
	if in.Log != nil {
		for _, w := range in.Log.Warnings {
			say(w.String())
		}
	}
	return out
}
