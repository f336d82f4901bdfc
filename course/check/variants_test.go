package main

import (
	"flag"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"cachelab/course/internal/judge"
)

var (
	everyVariant = flag.Bool("course.variants", false, "check every wrong and right answer, and measure; otherwise the exercise as given and the solution, without measuring")
	measured     = flag.Bool("course.measured", false, "on a quiet machine: every wrong answer must be refused and every right one must pass; \"run again\" is a failure")
)

// answer is a right or wrong answer to an exercise.
type answer struct {
	exercise
	name, folder string
	right        bool
}

// TestVariants runs the check of each exercise on right and wrong answers: those under
// testdata of the exercise, the exercise as it is given, and the solution. A wrong answer
// never passes, and a right one is never refused. A measurement that does not decide, on
// a loaded machine, is neither.
func TestVariants(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it builds a program for each row of answers")
	}
	c := testCourse(t)
	for _, row := range c.rows(t) {
		dir := t.TempDir()
		build := sync.OnceValues(func() (string, error) {
			folders := map[string]string{}
			for _, a := range row {
				folders[a.exercise.name] = a.folder
			}
			return c.build(t.Context(), dir, folders)
		})
		for _, a := range row {
			t.Run(a.exercise.name+"/"+a.name, func(t *testing.T) {
				program, err := build()
				if err != nil {
					t.Fatal(err)
				}
				a.hold(t, dir, program)
			})
		}
	}
}

// rows are the answers to try. A row has one answer to each exercise at most, so that
// one program can be built of it.
func (c *course) rows(t *testing.T) (rows [][]answer) {
	for _, e := range exercises {
		var list []answer
		add := func(folder string, right bool) {
			list = append(list, answer{e, filepath.Base(folder), c.whole(t, e, folder), right})
		}
		add(c.folder(e, "testdata", "given"), false)
		add(c.folder(e, "solution"), true)
		wrong, right := variants(t, c.folder(e, "testdata", "wrong")), variants(t, c.folder(e, "testdata", "right"))
		if len(wrong) < 3 || len(right) < 2 {
			t.Errorf("%s: %d wrong and %d right answers, want at least 3 and 2", e.name, len(wrong), len(right))
		}
		if *everyVariant || *measured {
			for _, folder := range wrong {
				add(folder, false)
			}
			for _, folder := range right {
				add(folder, true)
			}
		}
		for i, a := range list {
			if i == len(rows) {
				rows = append(rows, nil)
			}
			rows[i] = append(rows[i], a)
		}
	}
	return rows
}

// whole is a folder with all files of an answer. One of several files may leave some
// out: they are the solution's.
func (c *course) whole(t *testing.T, e exercise, folder string) string {
	whole := t.TempDir()
	merge(t, whole, c.folder(e, "solution"))
	merge(t, whole, folder)
	return whole
}

// hold checks the answer, which the program was built with.
func (a answer) hold(t *testing.T, dir, program string) {
	want, never := judge.NotYet, judge.Passes
	if a.right {
		want, never = never, want
	}
	var args []string
	if !*everyVariant && !*measured {
		args = append(args, "-structure")
	}
	got, report, err := examine(t.Context(), dir, program, a.exercise, a.folder, args...)
	if err != nil {
		t.Fatal(err)
	}
	if got == never || *measured && got != want && got != judge.NotHere {
		t.Errorf("%v, want %v\n%s", got, want, report)
	}
	if testing.Verbose() && !t.Failed() {
		t.Logf("%v\n%s", got, report)
	}
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
