package lab

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cachelab/internal/handbook"
	"cachelab/results/report"
	"cachelab/results/report/text"
)

var update = flag.Bool("update", false, "write what the lab said on the reference machine into README.md")

const (
	outputBegin = "<!-- output:begin -->\n"
	outputEnd   = "<!-- output:end -->"
)

// TestReadmeOutput: what the README shows is what the lab prints at the end of a run, from
// the claims that came out otherwise on, by the recorded run of the machine that it names.
func TestReadmeOutput(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	readme := filepath.Join(root, "README.md")
	page, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	runs, _ := filepath.Glob(filepath.Join(root, "results", "reference", "*", "verdicts.json"))
	if len(runs) == 0 {
		t.Fatal("no reference run")
	}
	in, err := report.Read(filepath.Dir(runs[0]))
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	if err := text.Verdicts(&said, in.Verdicts.Verdicts); err != nil {
		t.Fatal(err)
	}
	if err := text.Answers(&said, in); err != nil {
		t.Fatal(err)
	}
	text := said.String()
	if at := strings.Index(text, "\nCONTRADICTED"); at >= 0 {
		text = text[at+1:]
	}
	var block strings.Builder
	block.WriteString("\n")
	for line := range strings.Lines(text) {
		block.WriteString(strings.TrimRight("    "+line, " \n") + "\n")
	}
	block.WriteString("\n")
	want, err := handbook.Between(string(page), outputBegin, outputEnd, block.String())
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case want == string(page):
	case *update:
		if err := os.WriteFile(readme, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Error("the output in README.md is not that of the reference run: go test ./internal/lab -run ReadmeOutput -update")
	}
}
