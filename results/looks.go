package results

import (
	"fmt"
	"slices"

	"cachelab/internal/format"
)

// look is one judgement of a run: of its first passes, at a part of the error that
// all looks share.
type look struct {
	log   *Log    // of the passes up to the look
	alpha float64 // of all looks together
	spent float64 // the share of alpha that this look may spend
	next  float64 // and the next one
}

// Spent is the share of a run's error that its look k may spend, from 1: 4/5, and then
// 1/(5k(k-1)), that is 1/10, 1/30, 1/60 and so on. The shares of any number of looks add
// up to one at most, so a run may be judged as often as somebody wants, at moments that
// what it has shown so far decides, and each claim is still called wrongly at most as
// often as if the run had been judged once (the union bound, which needs no model of how
// the looks depend on each other). The first look has most of it, because most claims
// are decided there, and some have lost half of their passes: six passes make an
// interval, as they do without further looks (2/2^6 = 0.031, of 0.04 and of 0.05). A
// claim that goes on gets many more passes, to which a smaller share costs little. A
// later look costs more than it would in the usual designs with a fixed number of looks
// (Lan and DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 70,
// 1983), and needs no plan.
//
// Look k judges by intervals of coverage 1 - alpha·Spent(k), and by P values that are
// divided by Spent(k) after their correction over the claims. A claim that a look
// decides keeps that verdict with its interval; the others go on to the next look. To
// add a look to a run, append to [Options.Looks] the pass after which it is made.
func Spent(k int) float64 {
	if k == 1 {
		return 0.8
	}
	return 0.2 / float64(k*(k-1))
}

// looksAt are the looks at a run, the last at its end.
func looksAt(log *Log, opt Options) []look {
	end := log.Passes
	for i := range log.Samples {
		end = max(end, log.Samples[i].Pass)
	}
	var at []int
	for _, pass := range opt.Looks {
		if pass < end {
			at = append(at, pass)
		}
	}
	var looks []look
	for k, pass := range append(at, end) {
		looks = append(looks, look{log: upTo(log, pass), alpha: opt.Alpha, spent: Spent(k + 1), next: Spent(k + 2)})
	}
	return looks
}

// upTo is a log without what came after a pass.
func upTo(log *Log, pass int) *Log {
	short := *log
	short.Passes = min(log.Passes, pass)
	short.Samples = slices.DeleteFunc(slices.Clone(log.Samples), func(s Sample) bool { return s.Pass > pass })
	return &short
}

// coverage is that of the intervals of the look.
func (l look) coverage() float64 { return 1 - l.alpha*l.spent }

func (l look) nextCoverage() float64 { return 1 - l.alpha*l.next }

// intervalText names an interval of the look: "95% interval", or of a run with several
// looks by what holds for all of them.
func (l look) intervalText() string {
	if l.spent == 1 {
		return fmt.Sprintf("%.3g%% interval", 100*(1-l.alpha))
	}
	return fmt.Sprintf("%.3g%% interval over all looks", 100*(1-l.alpha))
}

// settled reports whether no later look changes the verdict.
func (v *Verdict) settled() bool { return decided(v.Outcome) || v.Outcome == NotHere }

// changedText says after which passes the machine changed; empty for none.
func changedText(judged []pair, after []int) string {
	if len(after) == 0 {
		return ""
	}
	var passes []string
	for _, n := range after {
		passes = append(passes, fmt.Sprint(judged[n-1].pass))
	}
	return fmt.Sprintf("the machine changed after pass %s, and the interval reaches over its %s states", format.List(passes, "and"), count[min(len(after), len(count)-1)])
}

// count has the number of states for the number of changes.
var count = []string{"", "two", "three", "four", "many"}
