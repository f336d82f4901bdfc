package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cachelab/course/internal/judge"
	"cachelab/course/internal/proc"
	"cachelab/internal/cli"
)

// TestBreaks: a file that does not compile, panics or sleeps for ever is "not yet", with
// the place in the learner's file.
func TestBreaks(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it builds a program for each")
	}
	c := testCourse(t)
	shards, _ := find("shards")
	const head = "package shards\n\n"
	for name, k := range map[string]struct{ text, want string }{
		"broken":  {head + "func Shard(worker, workers, round int) int { return wrker }\n", "shards/exercise/shards.go:3:53: undefined: wrker"},
		"panics":  {head + "func Shard(worker, workers, round int) int {\n\treturn []int{}[worker]\n}\n", "index out of range [0] with length 0\n           at shards/exercise/shards.go:4"},
		"asleep":  {head + "func Shard(worker, workers, round int) int {\n\tselect {}\n}\n", "all goroutines are asleep"},
		"renamed": {head + "func Shards(worker, workers, round int) int { return worker }\n", "Keep func Shard(worker, workers, round int) int"},
	} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "shards.go"), []byte(k.text), 0o666); err != nil {
			t.Fatal(err)
		}
		got, report, err := c.check(t.Context(), shards, folder)
		if err != nil || got != judge.NotYet || !strings.Contains(report, k.want) {
			t.Errorf("%s: %v, %v\n%s\nwant not yet, with %q", name, got, err, report, k.want)
		}
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"nothing"}, {"-x"}, {"-reset"}, {"-list", "pad"}, {"-watch", "-list"}, {"-next", "pad"}} {
		if err := run(t.Context(), io.Discard, io.Discard, args); cli.Code(err) != cli.Usage {
			t.Errorf("%q: %v, want a usage error", args, err)
		}
	}
	var help bytes.Buffer
	if err := run(t.Context(), io.Discard, &help, []string{"-h"}); !errors.Is(err, flag.ErrHelp) || !strings.Contains(help.String(), "benchmark") {
		t.Errorf("-h: %v, %q", err, &help)
	}
}

// TestEachHasItsPages: every exercise has a task with hints, a page on its solution, and
// its files as they are given; no folder is missing in the list.
func TestEachHasItsPages(t *testing.T) {
	folders, err := os.ReadDir("../exercises")
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) != len(exercises) {
		t.Errorf("%d folders for %d exercises", len(folders), len(exercises))
	}
	for _, e := range exercises {
		holds(t, "../exercises/"+e.name+"/README.md", "**Task", "**Hints**", "**What you should see.", "**Traps.", "**Source.", "go run ./course/check "+e.name)
		holds(t, "../exercises/"+e.name+"/solution/README.md", "**The solution.**", "**Why.**", "**Your number.**")
		page, _ := os.ReadFile("../exercises/" + e.name + "/README.md")
		if n := len(hintsOf(string(page))); n < 2 {
			t.Errorf("%s: %d hints, want 2 and more", e.name, n)
		}
	}
}

func holds(t *testing.T, path string, wants ...string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
		return
	}
	for _, want := range wants {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s does not have %q", path, want)
		}
	}
}

// TestGivenIsCommitted: -reset puts back what is committed as the exercise. What a learner
// has written meanwhile does not matter.
func TestGivenIsCommitted(t *testing.T) {
	for _, e := range exercises {
		given := filepath.Join("../exercises", e.name, "testdata", "given")
		for _, path := range goFiles(given) {
			name, _ := filepath.Rel(given, path)
			want, err := exec.Command("git", "show", "HEAD:./"+filepath.ToSlash(filepath.Join("../exercises", e.name, "exercise", name))).Output()
			if err != nil {
				t.Skipf("no git, or not committed yet: %v", err)
			}
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is not what is committed in exercise/", path)
			}
		}
	}
}

// copied is a course in a folder of its own, which a test may write to.
func copied(t *testing.T) *course {
	t.Helper()
	c := testCourse(t)
	root := t.TempDir()
	for _, e := range exercises {
		for _, part := range []string{"exercise", "testdata/given"} {
			merge(t, filepath.Join(root, e.name, part), c.folder(e, part))
		}
		page, err := os.ReadFile(c.folder(e, "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, e.name, "README.md"), page, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	c.root = root
	return c
}

// TestLoop: progress is kept, -next follows it, hints come one at a time and begin anew
// after the last, and -reset puts files and progress back.
func TestLoop(t *testing.T) {
	c := copied(t)
	first, _ := c.next()
	if first.name != exercises[0].name {
		t.Errorf("the first exercise is %s", first.name)
	}
	c.progress.Passed[first.name] = true
	if err := c.progress.write(); err != nil {
		t.Fatal(err)
	}
	again, err := readProgress(c.progress.path)
	if err != nil || !again.Passed[first.name] {
		t.Errorf("progress read again: %+v, %v", again, err)
	}
	if second, _ := c.next(); second.name != exercises[1].name {
		t.Errorf("after %s comes %s", first.name, second.name)
	}
	var list bytes.Buffer
	if err := c.list(&list); err != nil || !strings.Contains(list.String(), "1 of 12 pass") || !strings.Contains(list.String(), "next") {
		t.Errorf("%v\n%s", err, &list)
	}

	var seen []string
	for range 4 {
		var out bytes.Buffer
		if err := c.hint(&out, []string{"pad"}); err != nil {
			t.Fatal(err)
		}
		seen = append(seen, out.String())
	}
	if !strings.HasPrefix(seen[0], "pad, hint 1 of ") || seen[0] == seen[1] || !slices.Contains(seen[1:], seen[0]) && len(seen) > 4 {
		t.Errorf("hints %q", seen)
	}

	pad, _ := find("pad")
	file := c.folder(pad, "exercise", "pad.go")
	if err := os.WriteFile(file, []byte("package pad\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.folder(pad, "exercise", "mine.go"), []byte("package pad\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	c.progress.Passed["pad"] = true
	if err := c.reset(io.Discard, []string{"pad"}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), "type Stats") || c.progress.Passed["pad"] || len(goFiles(filepath.Dir(file))) != 1 {
		t.Errorf("after -reset: %v, passed %v, files %q\n%s", err, c.progress.Passed["pad"], goFiles(filepath.Dir(file)), text)
	}
}

// TestWatch: a saved file is checked again, and what passes leads to the next exercise.
func TestWatch(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it builds programs")
	}
	c := copied(t)
	shards, _ := find("shards")
	real := testCourse(t)
	seen := map[string]string{"shards": c.state(shards)}
	solution, err := os.ReadFile(real.folder(shards, "solution", "shards.go"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.folder(shards, "exercise", "shards.go"), solution, 0o666); err != nil {
		t.Fatal(err)
	}
	e, err := c.changed(t.Context(), []exercise{shards}, seen)
	if err != nil || e.name != "shards" {
		t.Fatalf("%v, %v; want the change of shards", e.name, err)
	}
	// A named exercise that passed once is checked again.
	replaceRoot := *real
	replaceRoot.progress = c.progress
	replaceRoot.progress.Passed["shards"] = true
	ctx, cancel := context.WithCancel(t.Context())
	out := &until{text: "waiting", then: cancel}
	if err := replaceRoot.watch(ctx, out, []string{"shards"}, false); !errors.Is(err, context.Canceled) || !strings.HasPrefix(out.String(), "shards ") {
		t.Errorf("%v, %q", err, out)
	}
}

// until is a buffer that does something when a text was written to it.
type until struct {
	bytes.Buffer
	text string
	then func()
}

func (u *until) Write(p []byte) (int, error) {
	n, err := u.Buffer.Write(p)
	if strings.Contains(u.String(), u.text) {
		u.then()
	}
	return n, err
}

// The end of a watch names what passes, and claims no more.
func TestPassesNamesTheExercises(t *testing.T) {
	for _, c := range []struct {
		named []string
		want  string
	}{{nil, allDone}, {[]string{"pad"}, "pad passes."}, {[]string{"pad", "stack"}, "pad and stack pass."}} {
		if got := passes(c.named); got != c.want {
			t.Errorf("%v: %q, want %q", c.named, got, c.want)
		}
	}
}

// TestRead: the exit code of a check's process is its outcome.
func TestRead(t *testing.T) {
	for code, want := range map[int]judge.Outcome{0: judge.Passes, 3: judge.NotYet, 4: judge.Again, 5: judge.NotHere, 2: judge.NotYet} {
		if got, _, err := read(proc.Result{Code: code}); err != nil || got != want {
			t.Errorf("exit code %d: %v, %v; want %v", code, got, err, want)
		}
	}
	if _, _, err := read(proc.Result{Code: 1, Stderr: "no memory\n"}); err == nil || err.Error() != "no memory" {
		t.Errorf("exit code 1: %v", err)
	}
}
