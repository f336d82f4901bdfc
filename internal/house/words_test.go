package house

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// banned are phrases that read as if translated, with what to write instead (see
// WORDS.md). Each is matched as it is, in any case.
var banned = []struct{ phrase, instead string }{
	{`nobody claims`, "not reported"},
	{`which differs, though`, "the value and low confidence"},
	{`gives out after`, "covers only"},
	{`so it does with`, "a sentence of its own"},
	{`size experiments by what is there`, "what to do"},
	{`the moment of the run`, "run conditions"},
	{`taught (equal|>)`, "expected: no difference, or more than"},
	{`\b\d+ us\b`, "µs"},
	{`left out of \d+ passes`, "N of M passes were left out"},
	{`a line of its own claims`, "not reported"},
	{`stands? behind`, "comes after"},
	{`do not size anything by`, "what to do"},
	{`verdict here`, "the machine's name"},
}

// readByUsers are the pages that the rule holds for now. The recorded runs keep
// the words of the version that made them.
var readByUsers = []string{"README.md", "WORDS.md", "bench/*.md", "course/README.md", "course/exercises/*/README.md", "scripts/*/*.md", "scripts/*/main.go", "internal/lab/*.go", "cachelines/card/*.go", "results/report/page/tmpl/*.tmpl", "results/report/view/*.go", "results/report/text/*.go", "results/report/figure/*.go"}

func TestBannedPhrases(t *testing.T) {
	root := filepath.Join("..", "..")
	files := 0
	for _, pattern := range readByUsers {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files++
			checkWords(t, path, string(data))
		}
	}
	if files < 20 {
		t.Errorf("only %d files were looked at", files)
	}
}

func checkWords(t *testing.T, path, text string) {
	t.Helper()
	var patterns []*regexp.Regexp
	for _, b := range banned {
		patterns = append(patterns, regexp.MustCompile(`(?i)`+b.phrase))
	}
	if strings.HasSuffix(path, "WORDS.md") {
		text, _, _ = strings.Cut(text, "| instead of |")
	}
	for i, line := range strings.Split(text, "\n") {
		// Indented lines are commands, and the output of a recorded run.
		if strings.HasPrefix(line, "    ") && strings.HasSuffix(path, "README.md") {
			continue
		}
		for j, b := range banned {
			if found := patterns[j].FindString(line); found != "" {
				t.Errorf("%s:%d: %q; write: %s", path, i+1, found, b.instead)
			}
		}
	}
}

// The check finds what it is for.
func TestBannedPhrasesAreFound(t *testing.T) {
	for _, line := range []string{"L3 nobody claims, measured 4.59 MiB", "taught >1.2", "after 500 us", "So it does with plain increments"} {
		found := false
		for _, b := range banned {
			found = found || regexp.MustCompile(`(?i)`+b.phrase).MatchString(line)
		}
		if !found {
			t.Errorf("%q passes", line)
		}
	}
}
