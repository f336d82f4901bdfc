package view

import (
	"fmt"
	"slices"

	"cachelab/results"
)

// ComparedClaim is one claim over all machines.
type ComparedClaim struct {
	ID, Title, Claim, Source string
	Cells                    []ComparedCell // one a machine
}

type ComparedCell struct {
	Verdict results.Outcome // empty: this run did not judge the claim
	Slug    string
	Ratio   string
	Note    string // n and placement
	Reason  string
}

// RunNames names each run; runs of one machine are told apart by their place
// in the order given.
func RunNames(runs []Input) []string {
	count := map[string]int{}
	for _, r := range runs {
		count[r.MachineName()]++
	}
	var out []string
	for i, r := range runs {
		name := r.MachineName()
		if count[name] > 1 {
			name = fmt.Sprintf("%s (run %d)", name, i+1)
		}
		out = append(out, name)
	}
	return out
}

// ClaimOrder lists the claims of all runs once each, in the order in which
// they are first seen.
func ClaimOrder(runs []Input) []ComparedClaim {
	var out []ComparedClaim
	seen := map[string]bool{}
	for _, r := range runs {
		if r.Verdicts == nil {
			continue
		}
		for _, v := range r.Verdicts.Verdicts {
			if i := slices.IndexFunc(out, func(c ComparedClaim) bool { return c.ID == v.ID }); i >= 0 && out[i].Title == "" && v.Title != "" {
				out[i] = ComparedClaim{ID: v.ID, Title: v.Title, Claim: v.Claim, Source: v.Source} // an older run has none
			}
			if !seen[v.ID] {
				seen[v.ID] = true
				out = append(out, ComparedClaim{ID: v.ID, Title: v.Title, Claim: v.Claim, Source: v.Source})
			}
		}
	}
	return out
}

// VerdictOf is the run's verdict on a claim, nil where it has none.
func (in Input) VerdictOf(id string) *results.Verdict {
	if in.Verdicts == nil {
		return nil
	}
	for i, v := range in.Verdicts.Verdicts {
		if v.ID == id {
			return &in.Verdicts.Verdicts[i]
		}
	}
	return nil
}
