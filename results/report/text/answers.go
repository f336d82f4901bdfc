package text

import (
	"io"
	"strings"

	"cachelab/internal/format"
	"cachelab/results/report/view"
)

// Answers writes the answers as text, for a terminal, below the summary
// of the verdicts. The only errors are those of w.
func Answers(w io.Writer, in view.Input) error {
	var b strings.Builder
	for _, a := range view.Answers(in) {
		if a.Question == view.ClaimsQuestion {
			continue
		}
		b.WriteString("\n" + a.Question + "\n")
		for _, l := range format.Wrap(a.Text, summaryWidth-2) {
			b.WriteString("  " + l + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
