package main

import (
	"strings"
	"testing"
	"time"
)

// What is measured is said after half a second, and again when half a second has
// passed; nothing is left of it at the end.
func TestStatus(t *testing.T) {
	var out strings.Builder
	clock := time.Unix(0, 0)
	s := &status{w: &out, now: func() time.Time { return clock }, said: clock}
	for _, what := range []string{"cache lines", "caches", "bandwidth", "links, 0 of 210 pairs done", "links, 50 of 210 pairs done"} {
		s.say(what)
		clock = clock.Add(300 * time.Millisecond)
	}
	s.end()
	want := clearLine + "measuring bandwidth" + clearLine + "measuring links, 50 of 210 pairs done" + clearLine
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	out.Reset()
	quick := &status{w: &out, now: func() time.Time { return clock }, said: clock}
	quick.say("cache lines")
	quick.end()
	if out.Len() > 0 {
		t.Errorf("a quick card says %q", out.String())
	}
}

// A log has no status lines.
func TestStatusOfALog(t *testing.T) {
	if newStatus(&strings.Builder{}) != nil {
		t.Error("a status in a stream that is no terminal")
	}
}
