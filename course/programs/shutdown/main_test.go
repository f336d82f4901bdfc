package main

import (
	"testing"

	"cachelab/course/internal/program"
)

// TestAccount: each program goes wrong as it says, and its fix leaves nothing behind.
func TestAccount(t *testing.T) {
	for name, pair := range shows {
		var wrong, right program.Capture
		if left := account(&wrong, pair[0]); name != "early" && left == 0 {
			t.Errorf("%s leaves nothing behind:\n%s", name, wrong.String())
		}
		if left := account(&right, pair[1]); left > 0 {
			t.Errorf("%s, fixed, leaves %d goroutines behind:\n%s", name, left, right.String())
		}
	}
}
