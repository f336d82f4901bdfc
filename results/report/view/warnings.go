package view

import "cachelab/internal/format"

// WarningsOf lists what a reader must know first: what is missing, what the
// files themselves raise, what the machine card warns of.
func WarningsOf(in Input) []string {
	var out []string
	if in.Machine == nil {
		out = append(out, "This run has no machine card (machine.json): the machine was not measured, and what it is rests on the benchmark file alone.")
	}
	if in.Verdicts == nil {
		out = append(out, "This run has no verdicts (verdicts.json): it was not judged, or was interrupted before it could be.")
	}
	if in.Log == nil {
		out = append(out, "This run has no results (run.txt): there is nothing to draw.")
	} else if in.Log.Passes == 1 {
		out = append(out, "This run has one pass only: it shows no interval, and decides nothing.")
	}
	for _, n := range in.Notes {
		out = append(out, format.OneLine(n))
	}
	if in.Machine != nil {
		for _, w := range in.Machine.Warnings {
			out = append(out, format.OneLine(w.Text))
		}
	}
	if in.Log != nil {
		for _, w := range in.Log.Warnings {
			out = append(out, format.OneLine(w.String()))
		}
	}
	return out
}
