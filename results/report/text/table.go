package text

import (
	"strings"
	"unicode/utf8"
)

// textTable aligns cells in columns, two spaces apart. A column is as wide as
// its widest cell; text/tabwriter counts bytes of a cell's end and cannot align
// to the right one column alone, which numbers need.
type textTable struct {
	right []bool // per column: align to the right
	rows  [][]string
}

func (t *textTable) add(cells ...string) { t.rows = append(t.rows, cells) }

// widths returns the width of each column in runes.
func (t *textTable) widths() []int {
	var w []int
	for _, row := range t.rows {
		for i, c := range row {
			if i == len(w) {
				w = append(w, 0)
			}
			w[i] = max(w[i], utf8.RuneCountInString(c))
		}
	}
	return w
}

// lines returns the rows, each behind the indent and without spaces at its
// end. The last cell of a row may run on: it sets no width for other rows.
func (t *textTable) lines(indent string) []string {
	widths := t.widths()
	out := make([]string, 0, len(t.rows))
	for _, row := range t.rows {
		var b strings.Builder
		b.WriteString(indent)
		for i, c := range row {
			if i > 0 {
				b.WriteString("  ")
			}
			gap := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if i < len(t.right) && t.right[i] {
				b.WriteString(gap + c)
			} else {
				b.WriteString(c + gap)
			}
		}
		out = append(out, strings.TrimRight(b.String(), " "))
	}
	return out
}
