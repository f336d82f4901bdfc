package view

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"cachelab/internal/format"
	"cachelab/results"
)

// RunNames names each run by its machine. Runs of one machine are told apart by
// date and folder.
func RunNames(runs []Input) []string {
	count := map[string]int{}
	for _, r := range runs {
		count[r.MachineName()]++
	}
	var out []string
	seen := map[string]bool{}
	for i, r := range runs {
		name := r.MachineName()
		if count[name] > 1 {
			var more []string
			if date, _, _ := strings.Cut(r.Date(), "T"); date != "" {
				more = append(more, date)
			}
			if r.Folder != "" {
				more = append(more, format.OneLine(filepath.Base(r.Folder)))
			}
			if len(more) > 0 {
				name += ", " + strings.Join(more, ", ")
			}
		}
		if seen[name] || name == "" {
			name = fmt.Sprintf("%s (run %d)", name, i+1)
		}
		seen[name] = true
		out = append(out, name)
	}
	return out
}

// ClaimOf is a claim as several runs have it.
type ClaimOf struct {
	ID, Title, Sentence string
	Verdicts            []*results.Verdict // one a run; nil: that run did not judge it
	Differs             bool               // two runs decided it, and not alike
}

// Together lists the claims of all runs once each, in the order in which they
// are first seen.
func Together(runs []Input) []ClaimOf {
	var out []ClaimOf
	at := map[string]int{}
	for i, r := range runs {
		if r.Verdicts == nil {
			continue
		}
		for k := range r.Verdicts.Verdicts {
			v := &r.Verdicts.Verdicts[k]
			j, ok := at[v.ID]
			if !ok {
				j = len(out)
				at[v.ID] = j
				out = append(out, ClaimOf{ID: v.ID, Sentence: v.Claim, Verdicts: make([]*results.Verdict, len(runs))})
			}
			if out[j].Title == "" {
				out[j].Title = format.OneLine(v.Title) // an older run has none
			}
			out[j].Verdicts[i] = v
		}
	}
	for j := range out {
		out[j].Differs = differs(out[j].Verdicts)
	}
	return out
}

// differs reports whether two of the verdicts contradict each other, by the
// judge's own rule.
func differs(of []*results.Verdict) bool {
	for i, a := range of {
		for _, b := range of[i+1:] {
			if a != nil && b != nil && len(results.Flips([]results.Verdict{*a}, []results.Verdict{*b})) > 0 {
				return true
			}
		}
	}
	return false
}

// DifferText counts the claims on which runs decided differently: "3 verdicts
// differ (98 claims were judged in both)".
func DifferText(claims []ClaimOf, runs int) string {
	n, both := 0, 0
	for _, c := range claims {
		if c.Differs {
			n++
		}
		if !slices.Contains(c.Verdicts, nil) {
			both++
		}
	}
	where := "both runs"
	if runs > 2 {
		where = "all runs"
	}
	return fmt.Sprintf("%s (%s in %s)", format.Count(n, "verdict differs", "verdicts differ"), format.Count(both, "claim was judged", "claims were judged"), where)
}
