// Package program is what the programs of the course share: reading the command
// line, printing from goroutines, the work between two prints, and being watched
// by the execution tracer.
package program
