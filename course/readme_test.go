package course

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

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

// TestCommands holds every command of the page to what there is to run: with
// -course.all each is run as printed. Otherwise the programs that take no time are run,
// and of all others the names are looked up.
func TestCommands(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	list := commands(string(page))
	if len(list) < 20 {
		t.Fatalf("only %d commands in the page: %q", len(list), list)
	}
	before := status(t)
	for _, c := range list {
		t.Run(c, func(t *testing.T) {
			words := strings.Fields(c)
			switch {
			case *everything:
				asPrinted(t, c)
			case quick(words):
				output(t, c, "", exec.Command(program(t, words[2]), words[3:]...))
			default:
				lookUp(t, words)
			}
		})
	}
	if after := status(t); after != before {
		t.Errorf("the commands change the tree: git status was\n%s\nand is\n%s", before, after)
	}
}

// asPrinted runs a command of the page, within some minutes: the page promises one, on a
// machine that does nothing else. A run of the lab waits for another one, and goes to a
// folder of the test. It fails where other programs spoil a pass; its page is then there
// all the same.
func asPrinted(t *testing.T, command string) {
	words := strings.Fields(command)
	page := ""
	if strings.HasPrefix(command, "go run ./scripts/lab ") {
		run := filepath.Join(t.TempDir(), "run")
		words = append(words, "-wait", "-out", run)
		page = filepath.Join(run, "report.html")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Dir = ".."
	output(t, command, page, cmd)
}

// quick reports whether a command only starts a program of the course that ends at once.
func quick(words []string) bool {
	return words[1] == "run" && strings.HasPrefix(words[2], "./course/programs/") || slices.Equal(words[2:], []string{"./course/check", "-list"})
}

// output runs a command, which must print something, and succeed unless the page says that it
// fails, or a page was written.
func output(t *testing.T, command, page string, cmd *exec.Cmd) {
	t.Helper()
	begin := time.Now()
	cmd.Env = append(os.Environ(), "TMPDIR="+scratch, "COURSE_PROGRESS="+filepath.Join(scratch, "progress.json"))
	out, err := cmd.CombinedOutput()
	if bytes.Contains(out, []byte(notHere)) {
		t.Skipf("%s", out)
	}
	_, written := os.Stat(page)
	if err != nil && page != "" && written == nil {
		t.Logf("%v, and a report all the same:\n%s", err, out)
		err = nil
	}
	if wantFail := slices.Contains(notYet, command); (err != nil) != wantFail {
		t.Errorf("error %v, want one: %v\n%s", err, wantFail, out)
	}
	if len(bytes.TrimSpace(out)) == 0 {
		t.Error("it prints nothing")
	}
	t.Logf("%v", time.Since(begin).Round(time.Millisecond))
}

// lookUp fails if what a command names is not there: its package, and the claims, drawings
// or exercises of its arguments.
func lookUp(t *testing.T, words []string) {
	t.Helper()
	folder := filepath.Join("..", strings.TrimSuffix(words[2], "/..."))
	if _, err := os.Stat(folder); err != nil {
		t.Error(err)
	}
	for _, arg := range words[3:] {
		known := true
		switch {
		case strings.HasPrefix(arg, "-"):
			known = strings.Contains(flagsOf(t, words[2]), arg)
		case words[2] == "./scripts/lab":
			for id := range strings.SplitSeq(arg, ",") {
				known = known && isClaim(t, id)
			}
		case words[2] == "./course/diagram":
			_, err := os.Stat(filepath.Join("diagrams", arg+".svg"))
			known = err == nil
		case words[2] == "./course/check":
			_, err := os.Stat(filepath.Join("exercises", arg, "README.md"))
			known = err == nil
		}
		if !known {
			t.Errorf("there is no %s", arg)
		}
	}
}

// isClaim reports whether the page of verdicts has a claim with that id, or with its
// number.
func isClaim(t *testing.T, id string) bool {
	t.Helper()
	page, err := os.ReadFile("VERDICTS.md")
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`id="v-` + strings.ToLower(id) + `[a-z]?"`).Match(page)
}

// flagsOf is a text with the flags of a command: its help, or for the lab, which takes
// long to build, the place where they are declared.
func flagsOf(t *testing.T, command string) string {
	t.Helper()
	if command == "./scripts/lab" {
		options, err := os.ReadFile("../internal/lab/options.go")
		if err != nil {
			t.Fatal(err)
		}
		return regexp.MustCompile(`, "(\w+)", `).ReplaceAllString(string(options), " -$1 ")
	}
	help, err := exec.Command(program(t, command), "-h").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	return string(help)
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
