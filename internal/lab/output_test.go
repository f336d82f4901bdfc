package lab

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"cachelab/internal/golden"
	"cachelab/results/report"
	"cachelab/results/report/text"
)

// TestReadmeOutput: the README shows what the lab prints at the end of a run, by
// the recorded run of the machine that it names.
func TestReadmeOutput(t *testing.T) {
	root, _, err := goPlaces(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	in, err := report.Read(filepath.Join(root, "results", "reference", "oxide-virtual-turin-like-2cpu-bhyve"))
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	if err := text.Summary(&said, in, text.Options{}); err != nil {
		t.Fatal(err)
	}
	block := "\n"
	for line := range strings.Lines(said.String()) {
		block += strings.TrimRight("    "+line, " \n") + "\n"
	}
	golden.Section(t, filepath.Join(root, "README.md"), "output", block+"\n")
}
