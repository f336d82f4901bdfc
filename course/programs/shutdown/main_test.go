package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cachelab/course/internal/program"
)

// TestShows: each program goes wrong as the page says, and its fix leaves nothing behind.
func TestShows(t *testing.T) {
	last := fmt.Sprintf("line %d of %d", lines, lines)
	all := fmt.Sprintf("went on for %d steps", 2*steps)
	for name, s := range shows {
		var out program.Capture
		left := account(&out, s.fixed)
		text := out.String()
		if left != 0 || name == "early" && !strings.Contains(text, last) || name == "error" && strings.Contains(text, all) {
			t.Errorf("%s, fixed, still goes wrong: %d goroutines are left\n%s", name, left, text)
		}
	}
	// deaf is the last: its worker goes on for a while.
	for _, name := range []string{"error", "early", "leak", "deaf"} {
		var out program.Capture
		left := account(&out, shows[name].wrong)
		text := out.String() // before what was left behind writes more
		if name != "error" && left <= 0 || name == "early" && strings.Contains(text, last) || name == "error" && !strings.Contains(text, all) {
			t.Errorf("%s does not go wrong: %d goroutines are left\n%s", name, left, text)
		}
		time.Sleep(lines * slow)
	}
}
