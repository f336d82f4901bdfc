package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"cachelab/course/internal/judge"
)

var everyVariant = flag.Bool("course.variants", false, "check every wrong and right answer; otherwise the given exercise and the solution")

var measured = flag.Bool("course.measured", false, "on a quiet machine: every wrong answer must be refused and every right one must pass; \"run again\" is a failure")

// TestVariants runs the check of each exercise on right and wrong answers: those under
// testdata of the exercise, the exercise as it is given, and the solution. A wrong answer
// never passes, and a right one is never refused. A measurement that does not decide, on
// a loaded machine, is neither.
func TestVariants(t *testing.T) {
	c := testCourse(t)
	for _, e := range exercises {
		t.Run(e.name, func(t *testing.T) {
			wrong, right := variants(t, c.folder(e, "testdata", "wrong")), variants(t, c.folder(e, "testdata", "right"))
			if len(wrong) < 3 || len(right) < 2 {
				t.Errorf("%d wrong and %d right answers, want at least 3 and 2", len(wrong), len(right))
			}
			wrong = append(wrong, c.folder(e, "testdata", "given"))
			right = append(right, c.folder(e, "solution"))
			if !*everyVariant && !*measured {
				// go test ./... tries the solution and the exercise as it is given.
				wrong, right = wrong[len(wrong)-1:], right[len(right)-1:]
			}
			for _, folder := range wrong {
				c.variant(t, e, folder, judge.NotYet, judge.Passes)
			}
			for _, folder := range right {
				c.variant(t, e, folder, judge.Passes, judge.NotYet)
			}
		})
	}
}

// variant checks one answer.
func (c *course) variant(t *testing.T, e exercise, folder string, want, never judge.Outcome) {
	name := filepath.Base(folder)
	t.Run(name, func(t *testing.T) {
		if testing.Short() {
			t.Skip("-short: it builds a program for each answer")
		}
		// An answer of several files may leave some out: they are the solution's.
		whole := t.TempDir()
		merge(t, whole, c.folder(e, "solution"))
		merge(t, whole, folder)
		got, report, err := c.check(t.Context(), e, whole, false)
		if err != nil {
			t.Fatal(err)
		}
		if got == never || *measured && got != want && got != judge.NotHere {
			t.Errorf("%v, want %v\n%s", got, want, report)
		}
		if testing.Verbose() && !t.Failed() {
			t.Logf("%v\n%s", got, report)
		}
	})
}

// merge copies the Go files of a folder into another one, over those that are there.
func merge(t *testing.T, into, from string) {
	t.Helper()
	for _, path := range goFiles(from) {
		name, err := filepath.Rel(from, path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		other := filepath.Join(into, name)
		if err := os.MkdirAll(filepath.Dir(other), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(other, text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// variants are the folders in a folder.
func variants(t *testing.T, folder string) (paths []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		paths = append(paths, filepath.Join(folder, entry.Name()))
	}
	return paths
}

// testCourse is the tree with a progress of its own.
func testCourse(t *testing.T) *course {
	t.Helper()
	c, err := openCourse(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.progress, err = readProgress(filepath.Join(t.TempDir(), progressName))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
