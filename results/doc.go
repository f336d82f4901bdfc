// Package results judges recorded benchmark runs: an engineer declares claims
// about benchmarks of their own, or of this project, and [Judge] says which of
// them a run supports.
//
// A run is made of passes: one process a pass, each pass holding every
// benchmark, so that the arms of a claim interleave and a machine's drift hits
// them alike. `go test -bench . -count=10` makes such a run as well.
//
// The package knows what a claim is (a sentence, a source, two arms as
// benchmark filters, a threshold) and how to judge it, not which experiments
// exist. It reads no file: package benchlog reads results, package rundir keeps
// a run's folder. Statistics are in internal/stats.
//
// What is where:
//
//	claim.go, verdict.go       what a claim is, and a verdict
//	arms.go, pairs.go          from samples to one log ratio a pass
//	aligned.go                 the passes that count for the test
//	placement.go               which samples had their CPUs equally far apart
//	significance.go            whether there is a difference
//	judge.go, zones.go         the verdicts
//	looks.go                   judging a run more than once, as it grows
//	estimate.go                how many more passes would decide
//	change.go                  two files, or two versions in one, side by side
//	contradict.go              verdicts of two runs that contradict each other
package results

import (
	"io"

	"cachelab/results/benchlog"
)

// Log and Sample are what [Judge] judges; package benchlog has their
// documentation.
type (
	Log     = benchlog.Log
	Sample  = benchlog.Sample
	Values  = benchlog.Values
	Value   = benchlog.Value
	Setting = benchlog.Setting
)

// ReadLog reads a run for [Judge]; file is its name in messages. It is
// [benchlog.Read], so that a program that judges needs one import.
func ReadLog(r io.Reader, file string) (*Log, error) { return benchlog.Read(r, file) }
