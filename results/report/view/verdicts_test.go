package view

import (
	"testing"

	"cachelab/results"
)

func TestReasonText(t *testing.T) {
	for _, c := range []struct {
		v    results.Verdict
		want string
	}{
		{results.Verdict{Outcome: results.Undecided, Reason: "the interval is too wide", MorePasses: 9}, "the interval is too wide; about 9 more passes would decide"},
		{results.Verdict{Outcome: results.Undecided, MorePasses: 1}, "about 1 more pass would decide"},
		{results.Verdict{Outcome: results.Undecided, Reason: "5 more passes would decide", MorePasses: 5}, "5 more passes would decide"},
		{results.Verdict{Outcome: results.Holds, Dropped: 2}, "2 passes dropped"},
		{results.Verdict{Outcome: results.Holds}, ""},
	} {
		if got := ReasonText(c.v); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
