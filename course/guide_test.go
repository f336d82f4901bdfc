package course

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/topology"
	"cachelab/bench/claims"
	"cachelab/cachelines/reported"
	"cachelab/internal/golden"
)

var minute = regexp.MustCompile(`\b\d+:\d\d\b`)

// The talk guide sends a reader to the minutes that the claims name: each minute of a claim
// that the talk teaches is in a row of the guide with the claim's number.
func TestGuideHasTheClaimsMinutes(t *testing.T) {
	machine, err := topology.Synthetic(claims.ExampleMachine)
	if err != nil {
		t.Fatal(err)
	}
	minutes := guideMinutes(t, golden.Read(t, "README.md"))
	named := 0
	for _, c := range claims.For(claims.FromReported(reported.FromTopology(machine))) {
		if c.Teacher == nil || !strings.HasPrefix(c.Teacher.Title, "Meyers") {
			continue
		}
		for _, at := range minute.FindAllString(c.Teacher.Place, -1) {
			named++
			if !slices.Contains(minutes[number(c.ID)], at) {
				t.Errorf("%s is taught at %s, and the guide's rows for %s have %q", c.ID, at, number(c.ID), minutes[number(c.ID)])
			}
		}
	}
	if named == 0 {
		t.Error("no claim names a minute of the talk")
	}
}

// guideMinutes are the minutes of the talk guide's rows, by the claims that they list.
func guideMinutes(t *testing.T, page string) map[string][]string {
	t.Helper()
	_, guide, found := strings.Cut(page, "\n| minute | subject | claims |")
	if !found {
		t.Fatal("the page has no talk guide")
	}
	minutes := map[string][]string{}
	for line := range strings.Lines(guide) {
		cells := strings.Split(line, "|")
		if strings.TrimSpace(line) == "" {
			break
		}
		if len(cells) < 4 {
			continue
		}
		for id := range strings.SplitSeq(cells[3], ",") {
			id = strings.TrimSpace(id)
			minutes[id] = append(minutes[id], minute.FindAllString(cells[1], -1)...)
		}
	}
	return minutes
}
