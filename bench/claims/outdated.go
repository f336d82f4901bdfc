package claims

import (
	"regexp"
	"slices"
	"strings"

	"cachelab/results"
)

// Outdated lists the claims of a run's verdicts that are not those of the table of today,
// by id: the table has another sentence or compares other benchmarks, or the same ones
// in another form, or has no such claim. A page that draws an older run says so.
func Outdated(verdicts []results.Verdict) []string {
	var ids []string
	for _, v := range verdicts {
		if IsOutdated(v) {
			ids = append(ids, v.ID)
		}
	}
	return ids
}

// IsOutdated reports whether a verdict is not one of the claim that bears its id today.
func IsOutdated(v results.Verdict) bool {
	i := slices.IndexFunc(table, func(c claim) bool { return c.ID == v.ID })
	return i < 0 || !table[i].matches(v)
}

// OutdatedNote is a sentence about [Outdated] for the head of a page; empty where no
// claim is.
func OutdatedNote(verdicts []results.Verdict) string {
	ids := Outdated(verdicts)
	if len(ids) == 0 {
		return ""
	}
	whose := "their verdicts are"
	if len(ids) == 1 {
		whose = "its verdict is"
	}
	return "This run is older than the present form of " + strings.Join(ids, ", ") +
		": " + whose + " about what was compared then. Measure again with go run ./scripts/lab."
}

// matches reports whether a verdict can be one of this claim, on whatever machine.
func (c claim) matches(v results.Verdict) bool {
	before, changed := reworded[c.ID]
	if v.Form != c.Form || !fits(inWords.Replace(c.Sentence), v.Claim) && !(changed && fits(inWords.Replace(before), v.Claim)) {
		return false
	}
	if (v.Threshold == nil) != (c.Kind == results.Equal) || v.Threshold != nil && *v.Threshold != c.Threshold {
		return false
	}
	return len(v.Benchmarks) != 2 || fitsBenchmark(c.Slow, v.Benchmarks[0]) && fitsBenchmark(c.Fast, v.Benchmarks[1])
}

var placeholder = regexp.MustCompile(`\\\{[a-z0-9]+\\\}`)

// fits reports whether a text is a pattern of the table with its places filled in.
func fits(pattern, text string) bool {
	expr := placeholder.ReplaceAllString(regexp.QuoteMeta(pattern), `.+`)
	return regexp.MustCompile("^" + expr + "$").MatchString(text)
}

// fitsBenchmark reports whether a benchmark's full name has all that a filter asks for.
func fitsBenchmark(filter, full string) bool {
	parts := strings.Split(full, "/")
	if at := strings.LastIndexByte(parts[len(parts)-1], '-'); at > 0 {
		parts[len(parts)-1] = parts[len(parts)-1][:at] // GOMAXPROCS
	}
	for _, want := range strings.Fields(filter) {
		want = strings.Replace(strings.TrimPrefix(want, "/"), ":", "=", 1)
		want = strings.Replace(want, ".name=", "Benchmark", 1)
		if !slices.ContainsFunc(parts, func(part string) bool { return fits(want, part) }) {
			return false
		}
	}
	return true
}
