// Package report draws what cachelab found. It reads the files of a run and
// writes one self-contained page with its figures; the work is done by the
// packages below: view decides what is said, text writes it for a terminal,
// figure draws, and page makes the HTML.
//
// It draws and does not judge: verdicts come from package results, machines
// from package cachelines, and a number that is not in them is not invented. A
// part whose data are absent (an interrupted run, a machine that was only
// claimed) says "not measured", or is left out where a picture would be empty.
//
// The same input gives the same bytes: nothing here looks at the clock, the
// environment or the order of a map.
package report
