package lab

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"cachelab/internal/process"
	"cachelab/results/rundir"
)

// outcome is what one process of the benchmarks left.
type outcome struct {
	stdout, stderr []byte
	held           bool // by another process, after its end
	err            error
	limit          time.Duration
}

// faults says what went wrong in a pass that should give results of the expected
// benchmarks.
func (o outcome) faults(expected []string) []rundir.Fault {
	var start *process.StartError
	switch {
	case errors.Is(o.err, process.ErrTimeout):
		return []rundir.Fault{{Kind: rundir.Hung, Benchmarks: o.culprit(expected), Text: fmt.Sprintf("no end within %v", o.limit.Round(time.Second))}}
	case errors.Is(o.err, process.ErrTooMuch):
		return []rundir.Fault{{Kind: rundir.Flooded, Text: o.err.Error()}}
	case errors.As(o.err, &start):
		return []rundir.Fault{{Kind: rundir.Died, Text: start.Error()}}
	case o.err != nil && !o.ended():
		return []rundir.Fault{{Kind: rundir.Died, Benchmarks: o.culprit(expected), Text: o.lastWords()}}
	}
	var faults []rundir.Fault
	if o.held {
		faults = append(faults, rundir.Fault{Kind: rundir.LeftBehind, Text: "a process still held the output"})
	}
	var failed []string
	if o.err != nil {
		failed = o.failed(expected)
		faults = append(faults, rundir.Fault{Kind: rundir.Failed, Benchmarks: failed, Text: o.lastWords()})
	}
	if missing := o.missing(expected, failed); len(missing) > 0 {
		faults = append(faults, rundir.Fault{Kind: rundir.Missing, Benchmarks: missing, Text: "no result"})
	}
	return faults
}

// ended reports whether package testing came to its end: it then prints FAIL or
// PASS in a line of its own. A panic ends it before.
func (o outcome) ended() bool {
	text := "\n" + strings.ReplaceAll(string(o.stdout), "\r", "")
	return strings.HasSuffix(text, "\nFAIL\n") || strings.HasSuffix(text, "\nPASS\n")
}

// named finds the benchmark of the expected ones that a first word of a line
// means: "BenchmarkX/a=b-2" is "X/a=b".
func named(word string, expected []string) string {
	name := strings.TrimPrefix(word, "Benchmark")
	for _, e := range expected {
		if name == e {
			return e
		}
		if digits, ok := strings.CutPrefix(name, e+"-"); ok && strings.Trim(digits, "0123456789") == "" {
			return e
		}
	}
	return name
}

var (
	// fatalLine is the line of a benchmark in which the process ended.
	fatalLine = regexp.MustCompile(`(?m)^(Benchmark\S+)\s+(?:panic:|fatal error:|signal:|SIG[A-Z]+:)`)
	// frame is a stack's line of a benchmark function.
	frame = regexp.MustCompile(`(?m)^\S+\.Benchmark(\w+)\(`)
)

// culprit names the benchmark that was running at the end, as far as one can
// know. Package testing prints a benchmark's name before it times it, so an
// unfinished last line has it; where a benchmark was tried out first, with one
// operation, only the stacks name its function.
func (o outcome) culprit(expected []string) []string {
	text := string(o.stdout)
	last := text[strings.LastIndex(text, "\n")+1:]
	if word, _, _ := strings.Cut(strings.TrimSpace(last), "\t"); strings.HasPrefix(word, "Benchmark") {
		return []string{named(strings.TrimSpace(word), expected)}
	}
	if m := fatalLine.FindStringSubmatch(text); m != nil {
		return []string{named(m[1], expected)}
	}
	if m := frame.FindSubmatch(o.stderr); m != nil {
		return []string{string(m[1])}
	}
	return nil
}

// failed are the benchmarks that package testing calls failed.
func (o outcome) failed(expected []string) []string {
	var names []string
	lines := bufio.NewScanner(bytes.NewReader(o.stdout))
	for lines.Scan() {
		if _, rest, ok := strings.Cut(lines.Text(), "--- FAIL: "); ok {
			word, _, _ := strings.Cut(rest, " ")
			if name := named(word, expected); slices.Contains(expected, name) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// missing are the expected benchmarks that have neither a result nor failed.
func (o outcome) missing(expected, failed []string) []string {
	has := map[string]bool{}
	for _, name := range failed {
		has[name] = true
	}
	for line := range strings.Lines(string(o.stdout)) {
		fields := strings.Fields(line)
		whole := strings.HasSuffix(line, "\n") // a line that was cut off is no result
		if whole && len(fields) >= 4 && strings.HasPrefix(fields[0], "Benchmark") {
			has[named(fields[0], expected)] = true
		}
	}
	var missing []string
	for _, name := range expected {
		if !has[name] {
			missing = append(missing, name)
		}
	}
	return missing
}

// lastWords is how the process ended and what it said, in a line.
func (o outcome) lastWords() string {
	text := fmt.Sprint(o.err)
	if strings.Contains(text, "signal: killed") {
		text += ", by somebody or because memory ran out"
	}
	var said []string
	for line := range strings.Lines(string(o.stdout) + "\n" + string(o.stderr)) {
		if strings.Contains(line, "--- FAIL") || strings.HasPrefix(line, "    ") || strings.Contains(line, "panic:") || strings.HasPrefix(line, "fatal error") {
			said = append(said, strings.TrimSpace(line))
		}
	}
	const enough = 3 // what failed, where, and why
	if said = said[:min(len(said), enough)]; len(said) > 0 {
		text += ": " + strings.Join(said, " ")
	}
	return text
}
