//go:build race

package crew

// RaceDetector reports whether the race detector is built in. It puts a call of
// tens of ns beside each load and store, so what is measured then is the detector
// (trap G11): benchmarks skip, and so do tests that compare times.
const RaceDetector = true
