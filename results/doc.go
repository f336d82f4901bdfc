// Package results reads, writes and judges recorded benchmark runs.
//
// A run is a file of results in the Go benchmark format
// (https://golang.org/design/14313-benchmark-format), made of passes: one
// process a pass, each pass holding every benchmark, so that the arms of a
// claim interleave and a machine's drift hits them alike. [ReadLog] reads it
// whether cachelab's own lab wrote it or `go test -bench -count=10`, and
// [Judge] holds claims against it.
//
// The package knows what a claim is (a sentence, a source, two arms as
// benchmark filters, a threshold) and how to judge it, not which experiments
// exist: claims about benchmarks of one's own are declared as in the example.
//
// What is where:
//
//	log.go, scan.go         a run as read: samples with their pass
//	folder.go, usedir.go    a run's folder, and files that are never overwritten
//	write.go                the passes of a run that is being measured
//	claim.go                what a claim is, and a verdict
//	select.go, pair.go      from samples to one log ratio a pass
//	placement.go            which samples had their CPUs equally far apart
//	interval.go, rank.go    the interval of the ratio, and its significance
//	judge.go, decide.go     the six verdicts
//	flip.go                 verdicts of two runs that contradict each other
//	verdictfile.go          verdicts.json
package results
