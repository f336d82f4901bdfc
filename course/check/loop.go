package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/tabwriter"
	"time"

	"cachelab/course/internal/judge"
	"cachelab/internal/format"
)

const allDone = "All exercises pass."

// next is the first exercise that does not pass yet.
func (c *course) next() (exercise, bool) {
	for _, e := range exercises {
		if !c.progress.Passed[e.name] {
			return e, true
		}
	}
	return exercise{}, false
}

// list prints the exercises with the learner's progress.
func (c *course) list(stdout io.Writer) error {
	next, open := c.next()
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	passed := 0
	for _, e := range exercises {
		state := ""
		switch {
		case c.progress.Passed[e.name]:
			state = "passes"
			passed++
		case open && e == next:
			state = "next"
		}
		fmt.Fprintf(table, "%s\t%s\tsection %d\t%s\n", e.name, state, e.section, e.about)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(stdout, "%d of %d pass, as far as they were checked\n", passed, len(exercises))
	return err
}

// hint prints the next hint for each named exercise, or for the next one.
func (c *course) hint(stdout io.Writer, named []string) error {
	if len(named) == 0 {
		next, ok := c.next()
		if !ok {
			_, err := fmt.Fprintln(stdout, allDone)
			return err
		}
		named = []string{next.name}
	}
	for _, name := range named {
		e, _ := find(name)
		page, err := os.ReadFile(c.folder(e, "README.md"))
		if err != nil {
			return err
		}
		hints := hintsOf(string(page))
		n := c.progress.Hints[name]
		if n >= len(hints) {
			n = 0 // from the beginning
		}
		c.progress.Hints[name] = n + 1
		if _, err := fmt.Fprintf(stdout, "%s, hint %d of %d: %s\n", name, n+1, len(hints), hints[n]); err != nil {
			return err
		}
	}
	return c.progress.write()
}

var space = regexp.MustCompile(`\s+`)

// hintsOf returns the list under the heading **Hints** of an exercise's page.
func hintsOf(page string) (hints []string) {
	_, rest, _ := strings.Cut(page, "**Hints**")
	rest, _, _ = strings.Cut(rest, "\n**")
	for _, item := range strings.Split(rest, "\n- ")[1:] {
		hints = append(hints, strings.TrimSpace(space.ReplaceAllString(item, " ")))
	}
	return hints
}

// reset puts exercises back as they were given.
func (c *course) reset(stdout io.Writer, named []string) error {
	for _, name := range named {
		e, _ := find(name)
		if err := restore(c.folder(e, "testdata", "given"), c.folder(e, "exercise")); err != nil {
			return err
		}
		delete(c.progress.Passed, name)
		delete(c.progress.Hints, name)
		if _, err := fmt.Fprintf(stdout, "course/exercises/%s/exercise is as it was given\n", name); err != nil {
			return err
		}
	}
	return c.progress.write()
}

// restore makes the Go files of a folder those of another one. Other files stay.
// CopyFS does not overwrite, so the old ones go first.
func restore(given, folder string) error {
	for _, path := range goFiles(folder) {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return os.CopyFS(folder, os.DirFS(given))
}

// goFiles lists the Go files in a folder and below.
func goFiles(folder string) (paths []string) {
	filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".go" {
			paths = append(paths, path)
		}
		return nil
	})
	return paths
}

// look is how often -watch looks for changed files: a learner does not notice the
// delay, and a look at a dozen files takes no time.
const look = 300 * time.Millisecond

// watch checks the next exercise, and each one again whenever a file of it changes, until
// all pass or it is interrupted. Named ones are checked again also where they passed: the
// learner may have changed them since.
func (c *course) watch(ctx context.Context, stdout io.Writer, named []string, why bool) error {
	watched := exercises
	if len(named) > 0 {
		watched = nil
		for _, name := range named {
			e, _ := find(name)
			watched = append(watched, e)
			delete(c.progress.Passed, name)
		}
	}
	seen := map[string]string{}
	for _, e := range watched {
		seen[e.name] = c.state(e)
	}
	todo, open := c.first(watched)
	for open {
		outcome, err := c.checkAndReport(ctx, stdout, todo, false, why)
		if err != nil {
			return err
		}
		if outcome == judge.Passes {
			if todo, open = c.first(watched); open {
				fmt.Fprintf(stdout, "next: %s, course/exercises/%s/README.md\n", todo.name, todo.name)
			}
			continue
		}
		fmt.Fprintln(stdout, "waiting for a change; Ctrl-C ends")
		if todo, err = c.changed(ctx, watched, seen); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(stdout, passes(named))
	return err
}

// passes says that the named exercises pass, or all.
func passes(named []string) string {
	switch len(named) {
	case 0:
		return allDone
	case 1:
		return named[0] + " passes."
	}
	return format.List(named, "and") + " pass."
}

// first is the first of some exercises that does not pass yet.
func (c *course) first(list []exercise) (exercise, bool) {
	for _, e := range list {
		if !c.progress.Passed[e.name] {
			return e, true
		}
	}
	return exercise{}, false
}

// changed waits until the files of an exercise differ from what was seen.
func (c *course) changed(ctx context.Context, watched []exercise, seen map[string]string) (exercise, error) {
	for {
		for _, e := range watched {
			if now := c.state(e); now != seen[e.name] {
				seen[e.name] = now
				return e, nil
			}
		}
		select {
		case <-ctx.Done():
			return exercise{}, ctx.Err()
		case <-time.After(look):
		}
	}
}

// state is a text that differs after a file of the exercise has changed.
func (c *course) state(e exercise) string {
	var b strings.Builder
	for _, path := range goFiles(c.folder(e, "exercise")) {
		if info, err := os.Stat(path); err == nil {
			fmt.Fprintln(&b, path, info.ModTime().UnixNano(), info.Size())
		}
	}
	return b.String()
}
