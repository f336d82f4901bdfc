package main

import (
	"fmt"
	"math/big"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"cachelab/course/internal/program"
)

func TestRun(t *testing.T) {
	defer goleak.VerifyNone(t)
	procs := runtime.GOMAXPROCS(0)
	const below = 5000
	var out program.Capture
	switches := run(&out, below, false)
	if now := runtime.GOMAXPROCS(0); now != procs {
		t.Errorf("GOMAXPROCS is %d after the run, was %d before", now, procs)
	}

	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if first, last := lines[0], lines[len(lines)-1]; first != "Start Goroutines" || last != "Terminating Program" {
		t.Errorf("the output goes from %q to %q", first, last)
	}
	if want := fmt.Sprintf("Switches between A and B: %d", switches); lines[len(lines)-2] != want {
		t.Errorf("last line but one %q, want %q", lines[len(lines)-2], want)
	}
	numbers := map[string][]string{}
	counted, last := 0, ""
	for _, line := range lines {
		name, number, isPrime := strings.Cut(line, ":")
		if !isPrime || len(name) != 1 {
			continue
		}
		numbers[name] = append(numbers[name], number)
		if last != "" && last != name {
			counted++
		}
		last = name
	}
	if counted != switches {
		t.Errorf("the lines switch %d times, the program says %d", counted, switches)
	}
	// Found another way than the program does.
	var primes []string
	for n := int64(2); n < below; n++ {
		if big.NewInt(n).ProbablyPrime(0) {
			primes = append(primes, fmt.Sprint(n))
		}
	}
	if len(primes) != 669 {
		t.Fatalf("%d primes below %d, the lesson says 669", len(primes), below)
	}
	for _, name := range []string{"A", "B"} {
		if !slices.Equal(numbers[name], primes) {
			t.Errorf("%s printed %d numbers, not the 669 primes in order", name, len(numbers[name]))
		}
	}
}
