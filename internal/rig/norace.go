//go:build !race

package rig

// RaceDetector reports whether the race detector is built in; see race.go.
const RaceDetector = false
