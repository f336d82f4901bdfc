package main

import (
	"runtime"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"cachelab/course/internal/program"
)

func TestRun(t *testing.T) {
	defer goleak.VerifyNone(t)
	procs := runtime.GOMAXPROCS(0)
	var out program.Capture
	run(&out)
	if now := runtime.GOMAXPROCS(0); now != procs {
		t.Errorf("GOMAXPROCS is %d after the run, was %d before", now, procs)
	}

	text := out.String()
	if !strings.HasPrefix(text, "Start Goroutines\n") {
		t.Errorf("the output begins with %.40q", text)
	}
	if strings.Count(text, "Waiting To Finish\n") != 1 {
		t.Errorf("no single line Waiting To Finish in %q", text)
	}
	body, found := strings.CutSuffix(text, "\nTerminating Program\n")
	if !found {
		t.Errorf("Terminating Program is not the last line: %q", text)
	}
	// Each case in its order; nothing is asked of the order across the two.
	body = strings.NewReplacer("Start Goroutines\n", "", "Waiting To Finish\n", "").Replace(body)
	for _, alphabet := range []string{"abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"} {
		got := strings.Map(func(r rune) rune {
			if strings.ContainsRune(alphabet, r) {
				return r
			}
			return -1
		}, body)
		if want := strings.Repeat(alphabet, 3); got != want {
			t.Errorf("letters %q, want %q", got, want)
		}
	}
}
