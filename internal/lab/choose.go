package lab

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cachelab/affinity/topology"
	"cachelab/bench/claims"
	"cachelab/cachelines/reported"
	"cachelab/internal/cli"
	"cachelab/results"
)

// describe tells what the machine claims to be: this one, or the synthetic one
// of a plan.
func describe(o options) (*reported.Values, error) {
	if o.machine == "" {
		return reported.Read()
	}
	t, err := topology.Synthetic(o.machine)
	if err != nil {
		return nil, cli.Usagef("-synthetic: %w", err)
	}
	return reported.FromTopology(t), nil
}

// hereOf is the machine as the table of claims is asked of it.
func hereOf(machine *reported.Values, o options) claims.Machine {
	here := claims.FromReported(machine)
	if o.machine == "" {
		here = here.WithProcess()
	}
	return here
}

// choose keeps the claims that the flags ask for. Names are claim ids (a whole
// claim with its letters: A7 takes A7b) or lessons, in any case.
func choose(all []results.Claim, o options) ([]results.Claim, error) {
	if o.only == "" {
		return keep(all, func(c results.Claim) bool { return !o.quick || c.Quick }), nil
	}
	var chosen []results.Claim
	for _, word := range strings.Split(o.only, ",") {
		word = strings.TrimSpace(word)
		named := keep(all, func(c results.Claim) bool {
			return strings.EqualFold(c.ID, word) || strings.EqualFold(c.Lesson, word) ||
				strings.EqualFold(withoutLetters(c.ID), word)
		})
		if len(named) == 0 {
			return nil, cli.Usagef("-only: no claim or lesson %q; claims are %s, lessons %s", word,
				strings.Join(idRanges(all), ", "),
				strings.Join(names(all, func(c results.Claim) string { return c.Lesson }), " "))
		}
		chosen = append(chosen, named...)
	}
	// In the table's order, each once.
	return keep(all, func(c results.Claim) bool {
		return slices.ContainsFunc(chosen, func(d results.Claim) bool { return c.ID == d.ID })
	}), nil
}

// withoutLetters is the id of a whole claim: A7 of A7b.
func withoutLetters(id string) string { return strings.TrimRight(id, "abcdefghijklmnopqrstuvwxyz") }

// idRanges are the whole claims, a range for each section of the catalogue: "A1
// to A12". All ids would be a screenful.
func idRanges(all []results.Claim) []string {
	lowest, highest := map[string]int{}, map[string]int{}
	var sections []string
	for _, c := range all {
		id := withoutLetters(c.ID)
		section := strings.TrimRight(id, "0123456789")
		n, err := strconv.Atoi(id[len(section):])
		if err != nil {
			continue
		}
		if _, seen := lowest[section]; !seen {
			sections = append(sections, section)
			lowest[section], highest[section] = n, n
		}
		lowest[section], highest[section] = min(lowest[section], n), max(highest[section], n)
	}
	slices.Sort(sections)
	for i, s := range sections {
		sections[i] = fmt.Sprintf("%s%d to %s%d", s, lowest[s], s, highest[s])
	}
	return sections
}

func keep(claims []results.Claim, want func(results.Claim) bool) []results.Claim {
	var kept []results.Claim
	for _, c := range claims {
		if want(c) {
			kept = append(kept, c)
		}
	}
	return kept
}

// names lists a property of the claims, each value once.
func names(claims []results.Claim, of func(results.Claim) string) []string {
	var seen []string
	for _, c := range claims {
		if !slices.Contains(seen, of(c)) {
			seen = append(seen, of(c))
		}
	}
	return seen
}
