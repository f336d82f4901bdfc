package figure

import (
	"testing"

	"cachelab/cachelines/card"
	"cachelab/results/report/view"
)

// Which cell is of which pair, and what was not measured stays empty.
func TestMatrixCells(t *testing.T) {
	var links []card.Link
	for _, l := range [][3]float64{{0, 2, 30}, {0, 5, 100}, {2, 5, 110}, {5, 9, 31}, {0, 9, 0}} {
		links = append(links, card.Link{From: int(l[0]), To: int(l[1]), CASNS: l[2]})
	}
	m := newMatrix(links)
	if m.pool != 1 || len(m.cell) != 4 || m.cell[0][1] != 30 || m.cell[1][0] != 30 || m.cell[3][2] != 31 || m.cell[0][3] == m.cell[0][3] || m.cell[0][0] == m.cell[0][0] {
		t.Errorf("got %+v", m)
	}
	if _, ok := matrixFigure(newDrawing(view.Input{Machine: &card.Machine{Links: links[:2]}})); ok {
		t.Error("two links make a picture, although the card's table shows them better")
	}
}
