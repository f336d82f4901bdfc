//go:build !race

package crew

// RaceDetector reports whether the race detector is built in; see race.go.
const RaceDetector = false
