package view

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"cachelab/internal/format"
	"cachelab/internal/stats"
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
	Older               []bool             // one a run: its verdict is of an earlier form of the claim
	Differs             bool               // two runs decided it, in the same form, and not alike
	Across              []Across           // one a machine of [Repeated]
}

// Across is a claim over several runs of one machine: the mean ratio over runs with its
// 95% interval, which holds what differs from run to run (stats.RandomEffects). Runs is
// 0 where fewer than two runs have an interval at the same distance of the CPUs.
type Across struct {
	Machine string
	Runs    int
	Ratio   results.Interval
}

// Repeated lists the machines that several runs are of.
func Repeated(runs []Input) []string {
	count := map[string]int{}
	var out []string
	for _, r := range runs {
		if count[r.MachineName()]++; count[r.MachineName()] == 2 {
			out = append(out, r.MachineName())
		}
	}
	return out
}

// across sums up a claim over the runs of a machine that judged it in the placement class
// that most of them have.
func across(machine string, runs []Input, of []*results.Verdict) Across {
	in := map[string][]*results.Verdict{}
	best := ""
	for i, v := range of {
		if v == nil || runs[i].MachineName() != machine || v.Ratio == nil || !Bounded(*v.Ratio) {
			continue
		}
		in[v.Placement] = append(in[v.Placement], v)
		if len(in[v.Placement]) > len(in[best]) {
			best = v.Placement
		}
	}
	out := Across{Machine: machine}
	var estimates, errors []float64
	for _, v := range in[best] {
		spent := 1.0
		if v.Look > 0 {
			spent = results.Spent(v.Look)
		}
		widths := 2 * math.Sqrt2 * math.Erfinv(1-results.DefaultAlpha*spent) // in standard errors
		estimates = append(estimates, math.Log(v.Ratio.Median))
		errors = append(errors, math.Log(v.Ratio.Hi/v.Ratio.Lo)/widths)
	}
	if len(estimates) < 2 {
		return out
	}
	mean, lo, hi := stats.RandomEffects(estimates, errors)
	out.Runs, out.Ratio = len(estimates), results.Interval{Median: math.Exp(mean), Lo: math.Exp(lo), Hi: math.Exp(hi)}
	return out
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
				out = append(out, ClaimOf{ID: v.ID, Sentence: v.Claim, Verdicts: make([]*results.Verdict, len(runs)), Older: make([]bool, len(runs))})
			}
			if out[j].Title == "" {
				out[j].Title = format.OneLine(v.Title) // an older run has none
			}
			out[j].Verdicts[i], out[j].Older[i] = v, r.isOlder(*v)
		}
	}
	for j := range out {
		out[j].Differs = out[j].differs()
		for _, machine := range Repeated(runs) {
			out[j].Across = append(out[j].Across, across(machine, runs, out[j].Verdicts))
		}
	}
	return out
}

// differs reports whether two of the verdicts contradict each other, by the judge's own
// rule. A verdict of an earlier form contradicts none of the present one.
func (c ClaimOf) differs() bool {
	for i, a := range c.Verdicts {
		for k := i + 1; k < len(c.Verdicts); k++ {
			b := c.Verdicts[k]
			if a != nil && b != nil && c.Older[i] == c.Older[k] && len(results.Flips([]results.Verdict{*a}, []results.Verdict{*b})) > 0 {
				return true
			}
		}
	}
	return false
}

// inOneForm reports whether every run judged the claim, and in one form.
func (c ClaimOf) inOneForm() bool {
	return !slices.Contains(c.Verdicts, nil) && (!slices.Contains(c.Older, true) || !slices.Contains(c.Older, false))
}

// DifferText counts the claims on which runs decided differently: "3 verdicts
// differ (98 claims were judged in both runs)". A claim of which one run has an earlier form
// was not judged in both.
func DifferText(claims []ClaimOf, runs int) string {
	n, both := 0, 0
	for _, c := range claims {
		if c.Differs {
			n++
		}
		if c.inOneForm() {
			both++
		}
	}
	where := "both runs"
	if runs > 2 {
		where = "all runs"
	}
	return fmt.Sprintf("%s (%s in %s)", format.Count(n, "verdict differs", "verdicts differ"), format.Count(both, "claim was judged", "claims were judged"), where)
}
