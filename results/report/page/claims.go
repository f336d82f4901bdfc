package page

import (
	"cmp"
	"math"

	"cachelab/internal/format"
	"cachelab/results"
	"cachelab/results/report/figure"
	"cachelab/results/report/view"
)

// lesson is view.Lesson with the small pictures of its claims.
type lesson struct {
	Name, Slug, About, Tally string
	Other, Held              []claim
}

// claim is a claim as the page shows it.
type claim struct {
	view.Claim
	Bar    *bar
	Median string
	Short  string // what was expected, in short
	P      string
	Figure string                 // name of the figure that shows its benchmarks; may be empty
	Others []results.ClassVerdict // the ratio in each placement class, where there are several
}

func lessonsOf(lessons []view.Lesson, figures []figure.Figure) []lesson {
	var out []lesson
	for _, l := range lessons {
		page := lesson{Name: l.Name, Slug: format.Slug(l.Name), About: l.About, Tally: l.Tally()}
		for _, c := range l.Other {
			page.Other = append(page.Other, newClaim(c, figures))
		}
		for _, c := range l.Held {
			page.Held = append(page.Held, newClaim(c, figures))
		}
		out = append(out, page)
	}
	return out
}

func newClaim(c view.Claim, figures []figure.Figure) claim {
	out := claim{Claim: c, Short: view.ExpectedShort(c.Verdict), Bar: newBar(c), P: view.PText(cmp.Or(c.PHolm, c.P))}
	if c.Verdict.Ratio != nil {
		out.Median = format.Ratio(c.Verdict.Ratio.Median)
	}
	if len(c.Classes) > 1 {
		out.Others = c.Classes
	}
	if len(c.Benchmarks) > 0 {
		effect, _ := view.ParseName(view.PlainName(c.Benchmarks[0]))
		for _, f := range figures {
			if f.Effect == effect {
				out.Figure = f.Name
			}
		}
	}
	return out
}

// bar is a ratio as a small picture, barWidth by 16 units, on the scale that
// all bars share.
type bar struct {
	Lo, Mid, Hi, Width float64
	One                float64
	BandLo, BandWidth  float64
	Threshold          float64
	HasThreshold       bool
	HasInterval        bool
	Over, Under        bool // the median is outside the scale
	Text               string
}

// The scale of the bars. It ends where most ratios do, so that the band of 5%
// stays visible; a ratio beyond it, such as 1,400, is an arrow at the edge.
const (
	barWidth = 150
	barLo    = 0.25
	barHi    = 16
)

// place is a ratio's place on the scale, at the edge for what is outside it.
func place(ratio float64) float64 {
	share := math.Log(ratio/barLo) / math.Log(barHi/barLo)
	return round1(barWidth * min(max(share, 0), 1))
}

func round1(v float64) float64 { return math.Round(10*v) / 10 }

// scaleMark is a labelled place on the scale.
type scaleMark struct {
	X     float64
	Label string
}

func barScale() []scaleMark {
	var marks []scaleMark
	for _, m := range []float64{0.5, 1, 2, 4, 8} {
		marks = append(marks, scaleMark{place(m), format.Digits(m)})
	}
	return marks
}

// newBar draws a claim's ratio; nil where it has none that can be drawn.
func newBar(c view.Claim) *bar {
	r := c.Verdict.Ratio
	if r == nil || !view.Drawable(*r) {
		return nil
	}
	b := &bar{Mid: place(r.Median), One: place(1), BandLo: place(c.Band.Lo), Over: r.Median > barHi, Under: r.Median < barLo}
	b.BandWidth = round1(place(c.Band.Hi) - b.BandLo)
	b.Text = "ratio " + view.RatioText(r) + ", expected " + c.Expected
	if view.Bounded(*r) {
		b.HasInterval, b.Lo, b.Hi = true, place(r.Lo), place(r.Hi)
		b.Width = round1(max(b.Hi-b.Lo, 1))
	}
	if c.Threshold != nil && *c.Threshold > 0 {
		b.HasThreshold, b.Threshold = true, place(*c.Threshold)
	}
	return b
}
