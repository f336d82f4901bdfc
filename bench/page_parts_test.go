package bench

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cachelab/results"
	"cachelab/results/report"
)

// What README.md has from the table of the claims, from Tables and from the
// reference runs: the parts between the marks of each lesson.

// pageMachine is whose sizes stand in the page's sentences, so that they are
// the same wherever the tests run. It has every relation that a claim asks for.
const pageMachine = "pack:2 l3:1(size=32MiB,line=64,ways=16) core:2 l2:1(size=1MiB,line=64,ways=8) l1:1(size=32KiB,line=64,ways=8) pu:2"

// part is a generated part of a lesson on the page.
type part struct {
	name string
	text func(lesson string, claims []results.Claim, runs []*results.VerdictFile) string
}

var parts = []part{{"claims", claimsPart}, {"run", runPart}, {"here", herePart}}

// marks are what stands before and behind a part.
func marks(lesson, part string) (begin, end string) {
	return fmt.Sprintf("<!-- %s:%s -->\n", lesson, part), fmt.Sprintf("<!-- /%s:%s -->\n", lesson, part)
}

func claimsPart(lesson string, claims []results.Claim, _ []*results.VerdictFile) string {
	var b strings.Builder
	for _, c := range claims {
		fmt.Fprintf(&b, "- **%s** %s.\n  %s %s\n  *%s.*\n", c.ID, strings.TrimSuffix(c.Sentence, "."), armsText(c), heldText(c), c.Source)
	}
	return b.String()
}

// armsText says which two benchmarks a claim compares: what they have in
// common, and then what differs.
func armsText(c results.Claim) string {
	if c.Slow == "*" {
		return "Nothing is timed for it."
	}
	axes := func(filter string) []string {
		return strings.Fields(strings.NewReplacer(".name:", "", "/", "", ":", "=").Replace(filter))
	}
	slow, fast := axes(c.Slow), axes(c.Fast)
	without := func(list, other []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(other, s) })
	}
	text := fmt.Sprintf("Compares, of `%s`, `%s` with `%s`", strings.Join(without(slow, without(slow, fast)), " "),
		strings.Join(without(slow, fast), " "), strings.Join(without(fast, slow), " "))
	if c.Unit != "" {
		text += ", in " + c.Unit
	}
	return text + "."
}

// heldText says which ratios a claim holds for.
func heldText(c results.Claim) string {
	text := ""
	if c.Kind == results.Equal {
		band := c.Band
		if band == 0 {
			band = 0.05 // results' own
		}
		text = fmt.Sprintf("Holds where the ratio lies between %.2f and %.2f", 1/(1+band), 1+band)
		if band == countBand {
			text = "Holds where the ratio is 1"
		}
	} else {
		text = fmt.Sprintf("Holds beyond a ratio of %v", c.Threshold)
	}
	if c.Why != "" {
		text += ": " + c.Why
	}
	return text + "."
}

func runPart(lesson string, claims []results.Claim, _ []*results.VerdictFile) string {
	lines := []string{
		fmt.Sprintf("go run ./scripts/lab -only %s", lesson),
		fmt.Sprintf("go test -run='^$' -bench='%s' -count=6 ./bench | tee run.txt", strings.Join(benchmarksOf(lesson, claims), "|")),
	}
	for _, t := range Tables {
		if t.Lesson == lesson {
			lines = append(lines, t.Command("run.txt"))
		}
	}
	return "    " + strings.Join(lines, "\n    ") + "\n"
}

var namesBenchmark = regexp.MustCompile(`\.name:(\w+)`)

// benchmarksOf lists the benchmarks of a lesson in their own order: those that
// its claims compare, and those that its tables show. A claim may also ask for
// another lesson's benchmark; it then stands in that lesson.
func benchmarksOf(lesson string, claims []results.Claim) []string {
	named := map[string]bool{}
	find := func(text string) {
		for _, m := range namesBenchmark.FindAllStringSubmatch(text, -1) {
			named[m[1]] = true
		}
	}
	for _, c := range claims {
		find(c.Slow + " " + c.Fast)
	}
	for _, t := range Tables {
		if t.Lesson == lesson {
			find(strings.Join(t.Args, " "))
		}
	}
	var list []string
	for _, l := range lessons {
		if named[l.benchmark] {
			list = append(list, l.benchmark)
		}
	}
	return list
}

func herePart(_ string, claims []results.Claim, runs []*results.VerdictFile) string {
	var ids []string
	for _, c := range claims {
		ids = append(ids, c.ID)
	}
	return report.MarkdownVerdicts(runs, ids)
}

// withParts is the page with its generated parts made anew.
func withParts(t *testing.T, page string, runs []*results.VerdictFile) string {
	t.Helper()
	claims := Claims(syntheticMachine(t, pageMachine).Here)
	for _, lesson := range lessonsOf(claims) {
		of := claimsOf(claims, lesson)
		for _, p := range parts {
			begin, end := marks(lesson, p.name)
			var err error
			if page, err = report.Between(page, begin, end, p.text(lesson, of, runs)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return page
}

// lessonsOf lists the lessons of the table, each once.
func lessonsOf(claims []results.Claim) []string {
	var list []string
	for _, c := range claims {
		if !slices.Contains(list, c.Lesson) {
			list = append(list, c.Lesson)
		}
	}
	return list
}

func claimsOf(claims []results.Claim, lesson string) []results.Claim {
	return slices.DeleteFunc(slices.Clone(claims), func(c results.Claim) bool { return c.Lesson != lesson })
}
