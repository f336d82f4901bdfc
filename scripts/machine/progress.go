package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// status is a line on a terminal that says what is measured, for machines on which that
// takes long: one that is busy, or has hundreds of CPUs. Elsewhere it says nothing.
type status struct {
	w     io.Writer
	now   func() time.Time
	said  time.Time
	shown bool
}

// statusEvery is often enough for a person. Between two parts of a measurement a redraw
// costs nothing that is measured, but it wakes a terminal.
const statusEvery = 500 * time.Millisecond

// newStatus begins to count; nil where the stream is no terminal.
func newStatus(w io.Writer) *status {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return &status{w: w, now: time.Now, said: time.Now()}
}

// clearLine goes to the beginning of the line and erases it (ECMA-48, CR and EL).
const clearLine = "\r\x1b[K"

// say replaces the line, unless it is too soon for another.
func (s *status) say(what string) {
	if now := s.now(); now.Sub(s.said) >= statusEvery {
		s.said, s.shown = now, true
		fmt.Fprintf(s.w, "%smeasuring %s", clearLine, what)
	}
}

// end removes the line.
func (s *status) end() {
	if s.shown {
		fmt.Fprint(s.w, clearLine)
	}
}
