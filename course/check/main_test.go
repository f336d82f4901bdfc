package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestGiven: the tree as a learner gets it. Every exercise is "not yet", says
// what is missing, and where its task stands.
func TestGiven(t *testing.T) {
	var out bytes.Buffer
	err := run(t.Context(), &out, io.Discard, nil)
	if err == nil || !strings.Contains(err.Error(), "7 of 7 not yet") {
		t.Errorf("error %v, want 7 of 7 not yet", err)
	}
	for name, report := range byExercise(out.String()) {
		for _, want := range []string{"not yet", "\n  missing  ", "course/exercises/" + name + "/README.md"} {
			if !strings.Contains(report, want) {
				t.Errorf("%s: no %q in\n%s", name, want, report)
			}
		}
	}
	if len(byExercise(out.String())) != len(exercises) {
		t.Errorf("not every exercise is in the report:\n%s", &out)
	}
}

func TestSolutions(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), &out, io.Discard, []string{"-solution", "-why"}); err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
	for name, report := range byExercise(out.String()) {
		if !strings.Contains(report, "passes") || strings.Contains(report, "missing") {
			t.Errorf("%s:\n%s", name, report)
		}
		if !strings.Contains(report, "\n  why  ") {
			t.Errorf("%s: -why explains nothing", name)
		}
	}
}

// byExercise cuts a report at the exercises' names.
func byExercise(report string) map[string]string {
	parts := map[string]string{}
	name := ""
	for line := range strings.Lines(report) {
		if first, _, _ := strings.Cut(strings.TrimSpace(line), " "); !strings.HasPrefix(line, " ") && slices.Contains(exercises, first) {
			name = first
		}
		parts[name] += line
	}
	return parts
}

// TestTrouble: what a learner's code may do to the checker.
func TestTrouble(t *testing.T) {
	for program, want := range map[string]string{
		"broken": "does not compile yet",
		"panics": "index out of range, say",
		"asleep": "all goroutines are asleep",
	} {
		got, report, err := checkOne(t.Context(), t.TempDir(), "cachelab/course/check/testdata/"+program, false, false)
		if err != nil || got != notYet || !strings.Contains(report, want) {
			t.Errorf("%s: %v, %v, %q; want not yet with %q", program, got, err, report, want)
		}
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"nothing"}, {"-x"}} {
		var usage usageError
		if err := run(t.Context(), io.Discard, io.Discard, args); !errors.As(err, &usage) {
			t.Errorf("%q: %v, want a usage error", args, err)
		}
	}
	var help bytes.Buffer
	if err := run(t.Context(), io.Discard, &help, []string{"-h"}); !errors.Is(err, flag.ErrHelp) || !strings.Contains(help.String(), "benchmark") {
		t.Errorf("-h: %v, %q", err, &help)
	}
}

// TestEachHasItsReadme: task, hints and what one should see, for every folder
// of exercises, and no folder that is not in the list.
func TestEachHasItsReadme(t *testing.T) {
	folders, err := os.ReadDir("../exercises")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if !slices.Contains(exercises, f.Name()) {
			t.Errorf("course/exercises/%s is not in the list of exercises", f.Name())
		}
		text, err := os.ReadFile("../exercises/" + f.Name() + "/README.md")
		if err != nil {
			t.Error(err)
			continue
		}
		for _, want := range []string{"**Task", "**Hint", "**What you should see.", "**Traps.", "**Source.", "go run ./course/check " + f.Name()} {
			if !strings.Contains(string(text), want) {
				t.Errorf("course/exercises/%s/README.md does not have %q", f.Name(), want)
			}
		}
	}
}
