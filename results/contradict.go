package results

import "fmt"

// Flip is a claim whose newer verdict contradicts the older one.
type Flip struct {
	ID           string
	Older, Newer Outcome
}

func (f Flip) String() string { return fmt.Sprintf("%s: %s, then %s", f.ID, f.Older, f.Newer) }

// Flips lists the claims whose verdicts in two runs contradict each other, in
// the order of the newer run. Any two different decided verdicts of one claim
// do: each says that the ratio lies in another zone. Undecided and not here
// contradict nothing, and neither do verdicts from two placement classes, which
// are about two different distances.
func Flips(older, newer []Verdict) []Flip {
	before := make(map[string]Verdict, len(older))
	for _, v := range older {
		before[v.ID] = v
	}
	var flips []Flip
	for _, v := range newer {
		was, ok := before[v.ID]
		if ok && decided(was.Outcome) && decided(v.Outcome) && was.Outcome != v.Outcome && was.Placement == v.Placement {
			flips = append(flips, Flip{v.ID, was.Outcome, v.Outcome})
		}
	}
	return flips
}

// decided verdicts say something about the ratio.
func decided(o Outcome) bool {
	switch o {
	case Holds, Weaker, NoEffect, Contradicted, OtherWay:
		return true
	}
	return false
}
