package lab

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"cachelab/internal/process"
	"cachelab/results/benchlog"
	"cachelab/results/rundir"
)

// outcome is what one process of the benchmarks left.
type outcome struct {
	stdout, stderr []byte
	held           bool // by another process, after its end
	err            error
	limit          time.Duration
}

// lost says why a process that should give results of the expected benchmarks was
// no whole pass. It is nil for one that came to its end.
func (o outcome) lost(expected []string) []rundir.Fault {
	var start *process.StartError
	switch {
	case errors.Is(o.err, process.ErrTimeout):
		return []rundir.Fault{{Kind: rundir.Hung, Benchmarks: o.culprit(expected), Text: fmt.Sprintf("it did not end within %v", o.limit.Round(time.Second))}}
	case errors.Is(o.err, process.ErrTooMuch):
		return []rundir.Fault{{Kind: rundir.Flooded, Text: o.err.Error()}}
	case errors.As(o.err, &start):
		return []rundir.Fault{{Kind: rundir.Died, Text: start.Error()}}
	case o.err != nil && !o.ended():
		return []rundir.Fault{{Kind: rundir.Died, Benchmarks: o.culprit(expected), Text: o.lastWords()}}
	}
	return nil
}

// faults says what went wrong in a whole pass, of whose lines some were left out.
func (o outcome) faults(expected []string, left []benchlog.LeftOut) []rundir.Fault {
	var faults []rundir.Fault
	if o.held {
		faults = append(faults, rundir.Fault{Kind: rundir.LeftBehind, Text: "a process still held the output"})
	}
	why := map[string]string{} // of the lines left out
	for _, l := range left {
		why[named(l.Benchmark, expected)] = l.Text
	}
	has := o.results(expected)
	for name := range why {
		delete(has, name)
	}
	if o.err != nil {
		failed := o.failed(expected)
		faults = append(faults, rundir.Fault{Kind: rundir.Failed, Benchmarks: failed, Text: o.lastWords()})
		for _, name := range failed {
			has[name] = true
		}
	}
	skipped := o.skipped(expected)
	for _, name := range expected {
		reason, said := skipped[name]
		switch {
		case said:
			faults = addFault(faults, rundir.Skipped, name, reason)
		case !has[name]:
			faults = addFault(faults, rundir.Missing, name, cmp.Or(why[name], "no result"))
		}
	}
	return faults
}

// addFault adds a benchmark to the fault of this kind and text, or a new fault.
func addFault(faults []rundir.Fault, kind rundir.FaultKind, name, text string) []rundir.Fault {
	for i, f := range faults {
		if f.Kind == kind && f.Text == text {
			faults[i].Benchmarks = append(f.Benchmarks, name)
			return faults
		}
	}
	return append(faults, rundir.Fault{Kind: kind, Benchmarks: []string{name}, Text: text})
}

// ended reports whether package testing came to its end: it then prints FAIL or
// PASS in a line of its own. A panic ends it before.
func (o outcome) ended() bool {
	return endLine.Match(o.stdout)
}

var endLine = regexp.MustCompile(`(?m)^(?:FAIL|PASS)\r?$`)

// skipLine is how the benchmarks say, at the end of a pass, which of them skipped
// themselves, and why (bench/internal/harness, Skip).
var skipLine = regexp.MustCompile(`(?m)^# skipped Benchmark(\S+): (.*?)\r?$`)

// skipped are the expected benchmarks that skipped themselves, with the reasons.
func (o outcome) skipped(expected []string) map[string]string {
	reasons := map[string]string{}
	for _, m := range skipLine.FindAllSubmatch(o.stdout, -1) {
		if name := string(m[1]); slices.Contains(expected, name) {
			reasons[name] = string(m[2])
		}
	}
	return reasons
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

// results are the expected benchmarks that have a line of results.
func (o outcome) results(expected []string) map[string]bool {
	has := map[string]bool{}
	for line := range strings.Lines(string(o.stdout)) {
		fields := strings.Fields(line)
		whole := strings.HasSuffix(line, "\n") // a line that was cut off is no result
		if whole && len(fields) >= 4 && strings.HasPrefix(fields[0], "Benchmark") {
			has[named(fields[0], expected)] = true
		}
	}
	return has
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
