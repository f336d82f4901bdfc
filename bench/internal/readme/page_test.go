package readme

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"cachelab/affinity/topology"
	"cachelab/bench/claims"
	"cachelab/cachelines/reported"
	"cachelab/internal/golden"
)

// The page, the lessons and the reference runs, from this folder.
const (
	pagePath   = "../../README.md"
	lessonsDir = "../.."
	references = "../../../results/reference"
)

func readPage(t *testing.T) string {
	t.Helper()
	return golden.Read(t, pagePath)
}

// exampleMachine is whose sizes stand in the page's sentences.
func exampleMachine(t *testing.T) claims.Machine {
	t.Helper()
	topo, err := topology.Synthetic(claims.ExampleMachine)
	if err != nil {
		t.Fatal(err)
	}
	return claims.FromReported(reported.FromTopology(topo))
}

// The list of lessons, as it is written in lessons_test.go.
var listedBenchmark = regexp.MustCompile(`(?m)^\t\{Benchmark: "(\w+)"`)

// benchmarks lists the benchmarks in the order of the lessons.
var benchmarks = sync.OnceValue(func() []string {
	text, err := os.ReadFile(filepath.Join(lessonsDir, "lessons_test.go"))
	if err != nil {
		panic(err)
	}
	var names []string
	for _, m := range listedBenchmark.FindAllStringSubmatch(string(text), -1) {
		names = append(names, m[1])
	}
	return names
})

// The page says what the table of the claims, Tables and the reference runs say.
func TestPageIsUpToDate(t *testing.T) {
	golden.Page(t, pagePath, withParts(t, readPage(t), readReferences(t)))
}

// section is a lesson as it stands on the page.
type section struct{ lesson, text string }

var lessonHeading = regexp.MustCompile(`(?m)^### ([a-z0-9]+)$`)

// sections cuts the page at its headings; what is no lesson belongs to none.
func sections(page string) []section {
	var list []section
	for _, at := range lessonHeading.FindAllStringSubmatchIndex(page, -1) {
		text := page[at[1]:]
		if end := regexp.MustCompile(`(?m)^##`).FindStringIndex(text); end != nil {
			text = text[:end[0]]
		}
		list = append(list, section{page[at[2]:at[3]], text})
	}
	return list
}

// The order that each lesson keeps.
var lessonParts = []string{"**Mechanism.**", "**Claims.**", "**Run it.**", "**Sources.**", "**Traps.**"}

// Every lesson of the table is on the page once, and has all its parts in one
// order, none of them empty.
func TestPageHasEveryLesson(t *testing.T) {
	list := claims.For(exampleMachine(t))
	var found []string
	for _, s := range sections(readPage(t)) {
		if slices.Contains(found, s.lesson) {
			t.Errorf("%s is on the page twice", s.lesson)
		}
		found = append(found, s.lesson)
		rest := s.text
		for i, p := range lessonParts {
			before, after, ok := strings.Cut(rest, "\n"+p)
			if !ok {
				t.Errorf("%s has no %s after %q", s.lesson, p, lessonParts[max(i-1, 0)])
				break
			}
			if len(strings.Fields(before)) < 5 {
				t.Errorf("%s says nothing before %s", s.lesson, p)
			}
			rest = after
		}
		if len(strings.Fields(rest)) < 5 {
			t.Errorf("%s names no trap", s.lesson)
		}
	}
	table := lessonsOf(list)
	for _, l := range table {
		if !slices.Contains(found, l) {
			t.Errorf("%s is not on the page", l)
		}
	}
	for _, l := range found {
		if !slices.Contains(table, l) {
			t.Errorf("the page has a lesson %s that no claim belongs to", l)
		}
	}
}

var listedClaim = regexp.MustCompile(`(?m)^- <a id="[a-z0-9]+"></a>\*\*([A-E][0-9]+[a-z]?)\*\* `)

// Every claim is on the page once, in its own lesson, and no other is.
func TestPageHasEveryClaim(t *testing.T) {
	at := map[string][]string{}
	for _, s := range sections(readPage(t)) {
		for _, m := range listedClaim.FindAllStringSubmatch(s.text, -1) {
			at[m[1]] = append(at[m[1]], s.lesson)
		}
	}
	for _, c := range claims.For(exampleMachine(t)) {
		if got := at[c.ID]; len(got) != 1 || got[0] != c.Lesson {
			t.Errorf("claim %s stands in %q, want it in %s alone", c.ID, got, c.Lesson)
		}
		delete(at, c.ID)
	}
	for id, lessons := range at {
		t.Errorf("%q has a claim %s that the table has not", lessons, id)
	}
}

var (
	pageClaim = regexp.MustCompile(`\b[A-E][0-9]+[a-z]?\b`)
	pageBench = regexp.MustCompile("(?m)^- .*?\\. `([A-Z]\\w+)|\\.name:(\\w+)")
	pageCode  = regexp.MustCompile(`(?m)^    .*$|<!--.*-->`)
)

// Ids that the text refers to exist: a claim, or a whole claim by its number.
func TestPageRefersToClaimsThatExist(t *testing.T) {
	var known []string
	for _, c := range claims.For(exampleMachine(t)) {
		known = append(known, c.ID, strings.TrimRight(c.ID, "abcdefghijklmnopqrstuvwxyz"))
	}
	for _, id := range pageClaim.FindAllString(pageCode.ReplaceAllString(readPage(t), ""), -1) {
		if !slices.Contains(known, id) {
			t.Errorf("the page refers to %s, which is no claim", id)
		}
	}
}

// Every benchmark has a table in one lesson, or is named by its claims; its name is the
// first word of a claim's benchmarks.
func TestPageNamesEveryBenchmark(t *testing.T) {
	namedBy := map[string][]string{}
	for _, s := range sections(readPage(t)) {
		for _, m := range pageBench.FindAllStringSubmatch(s.text, -1) {
			name := m[1] + m[2]
			if !slices.Contains(benchmarks(), name) {
				t.Errorf("%s: there is no benchmark %s", s.lesson, name)
			}
			if got := namedBy[name]; !slices.Contains(got, s.lesson) {
				namedBy[name] = append(got, s.lesson)
			}
		}
	}
	for _, name := range benchmarks() {
		if got := namedBy[name]; len(got) != 1 {
			t.Errorf("Benchmark%s is in the lessons %q, want one", name, got)
		}
	}
}

var (
	pageLink   = regexp.MustCompile(`\]\(([^):]+)\)`) // into this tree, no address
	pageAnchor = regexp.MustCompile(`(?m)^#+ (.+)$|\bid="([^"]+)"`)
)

// What the page links to is there: files, and headings by GitHub's rule.
func TestPageLinks(t *testing.T) {
	read := map[string][]string{} // anchors by file: most links are to the same reports
	anchorsOf := func(path string) (list []string) {
		if list, ok := read[path]; ok {
			return list
		}
		defer func() { read[path] = list }()
		text, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		for _, m := range pageAnchor.FindAllStringSubmatch(string(text), -1) {
			heading := strings.ReplaceAll(strings.ToLower(m[1]), " ", "-")
			list = append(list, regexp.MustCompile(`[^a-z0-9_-]`).ReplaceAllString(heading, ""), m[2])
		}
		return list
	}
	links := pageLink.FindAllStringSubmatch(readPage(t), -1)
	if len(links) < len(lessonsOf(claims.For(exampleMachine(t)))) {
		t.Fatalf("only %d links", len(links))
	}
	for _, l := range links {
		path, anchor, _ := strings.Cut(l[1], "#")
		if path == "" {
			path = filepath.Base(pagePath)
		}
		path = filepath.Join(lessonsDir, path)
		if anchors := anchorsOf(path); anchor != "" && !slices.Contains(anchors, anchor) {
			t.Errorf("%s has no heading #%s", path, anchor)
		}
	}
}

// Ids of traps are no ids of claims: both stand in comments and on pages.
func TestTrapsHaveIdsOfTheirOwn(t *testing.T) {
	rows := regexp.MustCompile(`(?m)^\| ([A-Z][0-9]+) \|`).FindAllStringSubmatch(golden.Read(t, "../../TRAPS.md"), -1)
	if len(rows) < 50 {
		t.Errorf("only %d traps", len(rows))
	}
	for _, row := range rows {
		if pageClaim.MatchString(row[1]) {
			t.Errorf("trap %s has the name of a claim", row[1])
		}
	}
}

// A claim that the README names in its text is a link to its lesson. Commands and the
// output of a run are code, and have none.
func TestClaimsOfTheReadmeAreLinks(t *testing.T) {
	code := regexp.MustCompile("(?m)^    .*$|`[^`\n]+`")
	text := code.ReplaceAllString(golden.Read(t, "../../../README.md"), "")
	links := regexp.MustCompile(`\[([A-E][0-9]+[a-z]?)\]\(bench/README\.md#([a-z0-9]+)\)`)
	found := links.FindAllStringSubmatch(text, -1)
	if len(found) < 5 {
		t.Errorf("only %d claims", len(found))
	}
	for _, m := range found {
		if m[2] != strings.ToLower(m[1]) {
			t.Errorf("the link of %s leads to #%s", m[1], m[2])
		}
	}
	if bare := pageClaim.FindAllString(links.ReplaceAllString(text, ""), -1); len(bare) > 0 {
		t.Errorf("%q are no links", bare)
	}
}
