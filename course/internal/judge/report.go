// Package judge is what the exercises' checks have in common: a report in plain
// words, and a comparison of the learner's code with a reference by measurement,
// with a verdict.
package judge

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// Exit codes of a check. Others mean that it could not judge.
const (
	ExitPass   = 0
	ExitNotYet = 3 // not 1 or 2: those are a usage mistake, a failed build, a panic
)

// Report collects what a check has to say.
type Report struct {
	lines   []string
	why     []string
	missing int
}

// Done says what the learner has got.
func (r *Report) Done(format string, args ...any) { r.add("  done     ", format, args) }

// Missing says what is missing, and with it that the exercise is "not yet".
func (r *Report) Missing(format string, args ...any) {
	r.missing++
	r.add("  missing  ", format, args)
}

// Note says what was seen.
func (r *Report) Note(format string, args ...any) { r.add("  seen     ", format, args) }

// Why adds to the explanation that -why prints.
func (r *Report) Why(format string, args ...any) {
	r.why = append(r.why, "  why      "+indent(fmt.Sprintf(format, args...)))
}

func (r *Report) add(label, format string, args []any) {
	r.lines = append(r.lines, label+indent(fmt.Sprintf(format, args...)))
}

// indent puts further lines under the first.
func indent(text string) string {
	return strings.ReplaceAll(text, "\n", "\n           ")
}

// Passed reports whether nothing is missing.
func (r *Report) Passed() bool { return r.missing == 0 }

// Write prints the report; with why the explanation too.
func (r *Report) Write(w io.Writer, why bool) error {
	lines := r.lines
	if why {
		lines = append(lines, r.why...)
	}
	_, err := fmt.Fprintln(w, strings.Join(lines, "\n"))
	return err
}

// Main is the main function of an exercise's check.
func Main(check func(r *Report) error) {
	why := flag.Bool("why", false, "explain why it may not reproduce here")
	flag.Parse()
	var r Report
	if err := check(&r); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := r.Write(os.Stdout, *why); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if !r.Passed() {
		os.Exit(ExitNotYet)
	}
}
