// Package classify turns recorded lines into findings. Most of it says what is
// no finding: the adviser must not cry wolf (see silent.go).
package classify
