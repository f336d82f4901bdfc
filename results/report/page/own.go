package page

import (
	"cachelab/results/report/figure"
	"cachelab/results/report/view"
)

// RenderOwn makes the page of a user's own benchmarks.
func RenderOwn(own view.Own, figures []figure.Figure) ([]byte, error) {
	return render("own", struct {
		view.Own
		Warnings []warningGroup
		Figures  []figure.Figure
	}{own, linked(own.Warnings), figures})
}
