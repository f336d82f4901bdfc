package course

import (
	"bytes"
	"context"
	"flag"
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
var notYet = []string{"go run ./course/check -next", "go run ./course/check count", "go run ./course/check -why shards"}

// notHere is how the lab says that this machine has nothing to show, and ends
// with an error; the page warns of it.
const notHere = "this machine can show none of the chosen claims"

// TestCommands runs every command of the page as printed, each within some minutes: the
// page promises one, on a machine that does nothing else. Temporary files go to a folder
// of the test, and the tree is left as it was. Commands of the lab measure for some 15 s each: without -course.all
// only their plan is asked for, which fails on a claim that does not exist, and
// all but the first of them ask programs built beforehand.
func TestCommands(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	list := commands(string(page))
	if len(list) < 20 {
		t.Fatalf("only %d commands in the page: %q", len(list), list)
	}
	scratch := t.TempDir()
	built := false
	before := status(t)
	defer func() {
		if after := status(t); after != before {
			t.Errorf("the commands change the tree: git status was\n%s\nand is\n%s", before, after)
		}
	}()
	for _, c := range list {
		t.Run(c, func(t *testing.T) {
			lab, isLab := strings.CutPrefix(c, "go run ./scripts/lab ")
			if testing.Short() && !isLab {
				t.Skip("-short: only plans")
			}
			words := strings.Fields(c)
			switch {
			case isLab && *everything:
				words = append(words, "-out", filepath.Join(scratch, "run-"+strings.ReplaceAll(lab, " ", "")))
			case isLab && !built:
				words = append(words, "-plan")
				build(t, scratch)
				built = true
			case isLab:
				words = append([]string{filepath.Join(scratch, "lab.exe"), "-bin", filepath.Join(scratch, "bench.test"), "-plan"}, strings.Fields(lab)...)
			case strings.Contains(c, "./scripts/machine") && !*everything:
				words = append(words, "-claimed")
			}
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, words[0], words[1:]...)
			cmd.Dir = ".."
			cmd.Env = append(os.Environ(), "TMPDIR="+scratch)
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

// status is what git says of the tree; empty without git.
func status(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("git", "status", "--porcelain", ".").Output()
	if err != nil {
		t.Logf("git status: %v", err)
	}
	return string(out)
}

// build makes the lab and its benchmarks in a folder.
func build(t *testing.T, folder string) {
	t.Helper()
	for _, words := range [][]string{
		{"build", "-o", filepath.Join(folder, "lab.exe"), "./scripts/lab"},
		{"test", "-c", "-o", filepath.Join(folder, "bench.test"), "./bench"},
	} {
		cmd := exec.Command("go", words...)
		cmd.Dir = ".."
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
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
