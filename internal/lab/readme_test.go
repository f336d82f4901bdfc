package lab

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// commands are the lines of a document that a reader would type: indented by
// four, beginning with go.
func commands(t *testing.T, path string) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for line := range strings.Lines(string(b)) {
		command, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "    go ")
		if ok {
			command, _, _ = strings.Cut(command, "   #")
			found = append(found, "go "+strings.TrimSpace(strings.TrimSuffix(command, "| tee run.txt")))
		}
	}
	return found
}

// The README cannot rot: its benchstat lines are run on the reference run, and
// its calls of the lab are at least understood. Its two first commands are run
// by .ci/run.
func TestReadmeCommands(t *testing.T) {
	root, _, err := goPlaces(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no shell to run the README's lines with")
	}
	lines := commands(t, filepath.Join(root, "README.md"))
	if len(lines) < 6 {
		t.Fatalf("only %d commands in the README: %q", len(lines), lines)
	}
	reference := regexp.MustCompile(`results/reference/\S+/run\.txt`)
	for _, line := range lines {
		switch {
		case strings.HasPrefix(line, "go tool benchstat"):
			file := reference.FindString(line)
			if _, err := os.Stat(filepath.Join(root, file)); file == "" || err != nil {
				t.Errorf("%s: no reference run to try it on: %v", line, err)
				continue
			}
			line = strings.ReplaceAll(line, "here=run.txt", "here="+file)
			cmd := exec.Command("sh", "-c", line)
			cmd.Dir = root
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Run(); err != nil || stdout.Len() == 0 {
				t.Errorf("%s: %v, %d bytes of output\n%s", line, err, stdout.Len(), stderr.String())
			}
			if said := stdout.String() + stderr.String(); strings.Contains(said, "benchmarks vary") {
				t.Errorf("%s: the table mixes benchmarks:\n%s", line, said)
			}
			// One table for each operation and unit, not one for each run.
			if tables := strings.Count(stdout.String(), "/op: atomic"); tables != 1 {
				t.Errorf("%s: %d tables of atomic adds, want 1:\n%s", line, tables, stdout.String())
			}
		case strings.HasPrefix(line, "go run ./scripts/lab"):
			if _, err := parse(strings.Fields(line)[3:], io.Discard); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
}

// So that tables.txt cannot rot either: every table's arguments select
// something of the reference run, and mix nothing.
func TestTablesOfTheReferenceRun(t *testing.T) {
	root, _, err := goPlaces(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	runs, _ := filepath.Glob(filepath.Join(root, "results", "reference", "*", "tables.txt"))
	if len(runs) == 0 {
		t.Fatal("no reference run")
	}
	for _, path := range runs {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"not made", "benchmarks vary", "no data"} {
			if strings.Contains(string(b), bad) {
				t.Errorf("%s says %q", path, bad)
			}
		}
	}
}
