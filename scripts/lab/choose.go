package main

import (
	"fmt"
	"slices"
	"strings"

	"cachelab/affinity"
	"cachelab/bench"
	"cachelab/cachelines"
	"cachelab/results"
)

// describe tells what the machine claims to be: this one, or the synthetic one
// of a plan.
func describe(o options) (*cachelines.Claims, error) {
	if o.machine == "" {
		return cachelines.Claimed()
	}
	t, err := affinity.Synthetic(o.machine)
	if err != nil {
		return nil, usageError{fmt.Errorf("-synthetic: %w", err)}
	}
	return cachelines.ClaimedBy(t), nil
}

// claimsOf is the table as the machine can be asked.
func claimsOf(machine *cachelines.Claims, o options) []results.Claim {
	here := bench.HereOf(machine)
	if o.machine == "" {
		here = here.OnThisHost()
	}
	return bench.Claims(here)
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
				strings.EqualFold(strings.TrimRight(c.ID, "abcdefghijklmnopqrstuvwxyz"), word)
		})
		if len(named) == 0 {
			return nil, usageError{fmt.Errorf("-only: no claim or lesson %q; claims are %s, lessons %s", word,
				strings.Join(names(all, func(c results.Claim) string { return c.ID }), " "),
				strings.Join(names(all, func(c results.Claim) string { return c.Lesson }), " "))}
		}
		chosen = append(chosen, named...)
	}
	// In the table's order, each once.
	return keep(all, func(c results.Claim) bool {
		return slices.ContainsFunc(chosen, func(d results.Claim) bool { return c.ID == d.ID })
	}), nil
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
