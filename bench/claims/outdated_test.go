package claims

import (
	"slices"
	"strings"
	"testing"

	"cachelab/results"
)

// The verdicts of today's table fit it on every machine; another sentence, threshold or
// benchmark, and a claim that is gone, are told.
func TestOutdated(t *testing.T) {
	name := func(filter string) string {
		name := "Benchmark"
		for i, word := range strings.Fields(filter) {
			word = strings.Replace(word, ":", "=", 1)
			if i == 0 {
				name += strings.TrimPrefix(word, ".name=")
			} else {
				name += word
			}
		}
		return name + "-2"
	}
	var verdicts []results.Verdict
	for _, c := range For(syntheticMachine(t, ExampleMachine)) {
		v := results.Verdict{ID: c.ID, Claim: c.Sentence, Benchmarks: []string{name(c.Slow), name(c.Fast)}, Form: c.Form}
		if c.Kind == results.Differs {
			v.Threshold = new(c.Threshold)
		}
		verdicts = append(verdicts, v)
	}
	if ids := Outdated(verdicts); len(ids) != 0 {
		t.Fatalf("today's own claims are outdated: %q", ids)
	}
	verdicts[0].Claim += " and more"
	verdicts[1].Benchmarks = []string{"BenchmarkOther/op=x-2", verdicts[1].Benchmarks[1]}
	i := slices.IndexFunc(verdicts, func(v results.Verdict) bool { return v.Threshold != nil })
	verdicts[i].Threshold = new(17.0)
	changed := i + 1 + slices.IndexFunc(verdicts[i+1:], func(v results.Verdict) bool { return v.Form > 0 })
	verdicts[changed].Form--
	verdicts = append(verdicts, results.Verdict{ID: "Z9"})
	want := []string{verdicts[0].ID, verdicts[1].ID, verdicts[i].ID, verdicts[changed].ID, "Z9"}
	if ids := Outdated(verdicts); !slices.Equal(ids, want) {
		t.Errorf("outdated are %q, want %q", ids, want)
	}
}

// The note is a sentence for one claim and for several.
func TestOutdatedNote(t *testing.T) {
	one := []results.Verdict{{ID: "Z9"}}
	for _, c := range []struct {
		verdicts []results.Verdict
		want     string
	}{
		{nil, ""},
		{one, "This run is older than the present form of Z9: its verdict is about what was compared then. Measure again with go run ./scripts/lab."},
		{append(one, results.Verdict{ID: "Z8"}), "This run is older than the present form of Z9, Z8: their verdicts are about what was compared then. Measure again with go run ./scripts/lab."},
	} {
		if got := OutdatedNote(c.verdicts); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// A claim in other words is the same claim: a run that has its earlier sentence is not
// older than it.
func TestReworded(t *testing.T) {
	at := func(id string) claim { return table[slices.IndexFunc(table, func(c claim) bool { return c.ID == id })] }
	for id, before := range reworded {
		c := at(id)
		if c.Sentence == before {
			t.Errorf("%s has the same sentence before and after", id)
		}
		verdict := results.Verdict{ID: id, Claim: inWords.Replace(strings.NewReplacer("{", "", "}", "").Replace(before)), Form: c.Form}
		if c.Kind == results.Differs {
			verdict.Threshold = new(c.Threshold)
		}
		if IsOutdated(verdict) {
			t.Errorf("%s is taken for another claim in its earlier words", id)
		}
		if verdict.Claim += " and more"; !IsOutdated(verdict) {
			t.Errorf("%s is taken for the same claim with more words", id)
		}
	}
}
