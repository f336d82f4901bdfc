package results_test

import (
	"path/filepath"
	"strings"
	"testing"

	"cachelab/internal/golden"
	"cachelab/results"
	"cachelab/results/benchlog"
	"cachelab/results/rundir"
)

// testdata/guest.txt is nine passes as a guest whose CPUs float (bench/TRAPS.md, H2) gives them: the
// fourth ran in another L3, in the sixth one benchmark was skipped, in the
// eighth the link changed during a sample, and the ninth was interrupted.
func guestClaims() []results.Claim {
	const counters = ".name:Counters /place:l3 /workers:2 "
	return []results.Claim{
		{ID: "A7", Sentence: "the stack gives exclusivity", Source: "course notes", Threshold: 1.2,
			Slow: counters + "/op:atomic /layout:packed", Fast: counters + "/op:atomic /layout:pad64"},
		{ID: "A7b", Sentence: "false sharing costs twenty times", Source: "nobody", Threshold: 20,
			Slow: counters + "/op:atomic /layout:packed", Fast: counters + "/op:atomic /layout:pad64"},
		{ID: "C6", Sentence: "plain increments suffer too", Source: "Ostrovsky, example 6", Threshold: 1.2,
			Slow: counters + "/op:plain /layout:packed", Fast: counters + "/op:plain /layout:pad64"},
		{ID: "D7", Sentence: "padding is slower", Source: "nobody", Threshold: 1.2,
			Slow: counters + "/op:atomic /layout:pad64", Fast: counters + "/op:atomic /layout:packed"},
		{ID: "E7", Sentence: "pad 64 does as well as pad 128", Source: "Downs", Kind: results.Equal,
			Slow: counters + "/op:atomic /layout:pad64", Fast: counters + "/op:atomic /layout:pad128"},
		{ID: "E7b", Sentence: "a padded counter does not care for a second worker", Source: "Downs", Threshold: 1.1,
			Slow: counters + "/op:atomic /layout:pad64", Fast: ".name:Counters /op:atomic /layout:pad64 /place:solo"},
		{ID: "A4", Sentence: "a line is a line", Source: "course notes", Unit: "line-bytes", Kind: results.Equal,
			Slow: ".name:LineSize /op:fetch", Fast: ".name:LineSize /op:fetch"},
		{ID: "A11", Sentence: "siblings help each other", Source: "course notes", Threshold: 1.1, NotHere: "no siblings are visible",
			Slow: ".name:Siblings /place:solo", Fast: ".name:Siblings /place:core"},
		{ID: "A8", Sentence: "a migrated thread has its lines moved", Source: "course notes", Threshold: 1.2,
			Slow: ".name:Migration /move:first", Fast: ".name:Migration /move:none"},
	}
}

// guestLinks are the classes of that guest's machine card.
var guestLinks = []results.LinkClass{{Name: "same L3", LinkNS: 34.5}, {Name: "other L3", LinkNS: 116}, {Name: "same core", LinkNS: 16}}

func TestGoldenVerdicts(t *testing.T) {
	log, err := benchlog.ReadFile(filepath.Join("testdata", "guest.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if len(log.Warnings) != 2 || !strings.Contains(log.Warnings[0].Text, "was skipped") || !strings.Contains(log.Warnings[1].Text, "cut off") {
		t.Errorf("warnings %q, want one about the benchmark that was skipped and one about the last line", log.Warnings)
	}
	verdicts, err := results.Judge(log, guestClaims(), guestLinks, results.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := rundir.MarshalVerdicts(&results.Verdicts{Machine: "epyc-genoa-2vcpu", Passes: log.Passes, Verdicts: verdicts})
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "guest.verdicts.json", got)
}
