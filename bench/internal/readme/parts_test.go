package readme

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cachelab/bench/claims"
	"cachelab/internal/handbook"
	"cachelab/results"
)

// What README.md has from the table of the claims, from Tables and from the
// reference runs: the parts between the marks of each lesson.

// part is a generated part of a lesson on the page.
type part struct {
	name string
	text func(lesson string, list []results.Claim, runs []*results.Verdicts) string
}

var parts = []part{{"claims", claimsPart}, {"run", runPart}, {"here", herePart}}

// marks are what stands before and behind a part.
func marks(lesson, part string) (begin, end string) {
	return fmt.Sprintf("<!-- %s:%s -->\n", lesson, part), fmt.Sprintf("<!-- /%s:%s -->\n", lesson, part)
}

func claimsPart(lesson string, list []results.Claim, _ []*results.Verdicts) string {
	var b strings.Builder
	for _, c := range list {
		fmt.Fprintf(&b, "- **%s** %s.\n  %s %s\n  *%s.*\n", c.ID, strings.TrimSuffix(c.Sentence, "."), armsText(c), heldText(c), sourceText(c))
	}
	return b.String()
}

// sourceText names the source in short. From which notes the talk is known stands once on
// the page, and is marked here.
func sourceText(c results.Claim) string {
	if c.Teacher != nil && c.Teacher.KnownFrom != "" {
		return strings.Replace(c.Source, " (known from "+c.Teacher.KnownFrom+")", " (from notes)", 1)
	}
	return c.Source
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
		if band == claims.CountBand {
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

func runPart(lesson string, list []results.Claim, _ []*results.Verdicts) string {
	lines := []string{
		fmt.Sprintf("go run ./scripts/lab -only %s", lesson),
		fmt.Sprintf("go test -run='^$' -bench='%s' -count=6 ./bench | tee run.txt", strings.Join(benchmarksOf(lesson, list), "|")),
	}
	for _, t := range claims.Tables {
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
func benchmarksOf(lesson string, list []results.Claim) []string {
	named := map[string]bool{}
	find := func(text string) {
		for _, m := range namesBenchmark.FindAllStringSubmatch(text, -1) {
			named[m[1]] = true
		}
	}
	for _, c := range list {
		find(c.Slow + " " + c.Fast)
	}
	for _, t := range claims.Tables {
		if t.Lesson == lesson {
			find(strings.Join(t.Args, " "))
		}
	}
	var names []string
	for _, l := range benchmarks() {
		if named[l] {
			names = append(names, l)
		}
	}
	return names
}

// changedText says which of the claims have changed since a run judged them, because the
// table has the sentence of then beside verdicts of then.
func changedText(ids []string, runs []*results.Verdicts) string {
	var changed []string
	for _, run := range runs {
		for _, id := range claims.Outdated(run.Verdicts) {
			if slices.Contains(ids, id) && !slices.Contains(changed, id) {
				changed = append(changed, id)
			}
		}
	}
	if len(changed) == 0 {
		return ""
	}
	slices.SortFunc(changed, func(a, b string) int { return slices.Index(ids, a) - slices.Index(ids, b) })
	return fmt.Sprintf("These runs are older than the present form of %s: their rows show what was compared then.\n\n", strings.Join(changed, ", "))
}

func herePart(_ string, list []results.Claim, runs []*results.Verdicts) string {
	var ids []string
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return changedText(ids, runs) + handbook.MarkdownVerdicts(runs, ids, claims.IsOutdated)
}

// withParts is the page with its generated parts made anew.
func withParts(t *testing.T, page string, runs []*results.Verdicts) string {
	t.Helper()
	list := claims.For(exampleMachine(t))
	for _, lesson := range lessonsOf(list) {
		of := claimsOf(list, lesson)
		for _, p := range parts {
			begin, end := marks(lesson, p.name)
			var err error
			if page, err = handbook.Between(page, begin, end, p.text(lesson, of, runs)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return page
}

// lessonsOf lists the lessons of the table, each once.
func lessonsOf(list []results.Claim) []string {
	var names []string
	for _, c := range list {
		if !slices.Contains(names, c.Lesson) {
			names = append(names, c.Lesson)
		}
	}
	return names
}

func claimsOf(list []results.Claim, lesson string) []results.Claim {
	return slices.DeleteFunc(slices.Clone(list), func(c results.Claim) bool { return c.Lesson != lesson })
}
