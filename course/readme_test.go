package course

import (
	"bytes"
	"context"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var everything = flag.Bool("course.all", false, "run the commands of README.md that measure as they are printed, not only their plans")

var inTable = regexp.MustCompile("`(go run [^`]+)`")

// commands are the command lines that the page prints, each once: indented
// lines, and what stands in the tables.
func commands(page string) []string {
	var list []string
	add := func(c string) {
		if !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, "\n")
		if c, indented := strings.CutPrefix(line, "    "); indented && strings.HasPrefix(c, "go ") {
			add(c)
		}
		if strings.HasPrefix(line, "|") {
			for _, m := range inTable.FindAllStringSubmatch(line, -1) {
				add(m[1])
			}
		}
	}
	return list
}

// notYet are the commands that fail on the given tree, as the page says.
var notYet = []string{"go run ./course/check", "go run ./course/check count", "go run ./course/check -why shards"}

// notHere is how the lab says that this machine has nothing to show, and ends
// with an error; the page warns of it.
const notHere = "this machine can show none of the chosen claims"

// TestCommands runs every command of the page as printed, in a copy of the
// tree, each within the minute that the page promises. Commands of the lab
// measure for some 15 s each: without -course.all only their plan is asked for,
// which fails on a claim that does not exist.
func TestCommands(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	list := commands(string(page))
	if len(list) < 20 {
		t.Fatalf("only %d commands in the page: %q", len(list), list)
	}
	root := copyTree(t)
	for _, c := range list {
		t.Run(c, func(t *testing.T) {
			if testing.Short() && !strings.Contains(c, "/lab") {
				t.Skip("-short: only plans")
			}
			words := strings.Fields(c)
			switch {
			case strings.Contains(c, "./scripts/lab") && !*everything:
				words = append(words, "-plan")
			case strings.Contains(c, "./scripts/machine") && !*everything:
				words = append(words, "-claimed")
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, words[0], words[1:]...)
			cmd.Dir = root
			begin := time.Now()
			out, err := cmd.CombinedOutput()
			if bytes.Contains(out, []byte(notHere)) {
				t.Skipf("%s", out)
			}
			if wantFail := slices.Contains(notYet, c); (err != nil) != wantFail {
				t.Errorf("error %v, want one: %v\n%s", err, wantFail, out)
			}
			if len(bytes.TrimSpace(out)) == 0 {
				t.Error("it prints nothing")
			}
			t.Logf("%v", time.Since(begin).Round(time.Millisecond))
		})
	}
}

// copyTree copies the module, so that commands that write files leave this one
// alone. Recorded runs are not needed.
func copyTree(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel("..", path)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && (rel == ".git" || rel == filepath.Join("results", "runs") || rel == filepath.Join("results", "reference")):
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(root, rel), 0o755)
		case !d.Type().IsRegular():
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(root, rel), data, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// TestLinks: what the page links to in this tree is there.
func TestLinks(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(string(page), -1)
	if len(links) < 10 {
		t.Fatalf("only %d links into the tree", len(links))
	}
	for _, l := range links {
		if _, err := os.Stat(l[1]); err != nil {
			t.Error(err)
		}
	}
}
