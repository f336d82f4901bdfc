package figure

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"
)

// hit is a place of a picture that says something where a pointer is over it.
type hit struct {
	at     vg.Point // centre
	w, h   vg.Length
	saying string
}

// hits collects the marks of a picture with their values. Browsers show the
// title of an SVG element as a tip, without a script.
type hits []hit

// dot adds a round mark; what it says is made only where somebody collects it.
func (h *hits) dot(at vg.Point, format string, args ...any) {
	h.box(at, 2*hitRadius, 2*hitRadius, format, args...)
}

// hitRadius is that of the place that answers to a pointer: about as large as a
// mark, so that neighbours stay apart.
const hitRadius = 5

func (h *hits) box(at vg.Point, width, height vg.Length, format string, args ...any) {
	if h != nil {
		*h = append(*h, hit{at, width, height, fmt.Sprintf(format, args...)})
	}
}

// svg writes the marks for a picture of some height in points. The y axis of a
// drawing goes up, that of SVG down.
func (h *hits) svg(height float64) []byte {
	if h == nil || len(*h) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString("<g fill=\"#000\" fill-opacity=\"0\">\n")
	for _, m := range *h {
		fmt.Fprintf(&b, "<rect class=\"hit\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s</title></rect>\n",
			(m.at.X - m.w/2).Points(), height-(m.at.Y+m.h/2).Points(), m.w.Points(), m.h.Points(), xmlText(m.saying))
	}
	b.WriteString("</g>\n")
	return []byte(b.String())
}
