package figure

import (
	"math"
	"strconv"

	"cachelab/internal/format"

	"gonum.org/v1/plot"
)

// A figure's axis has about this many labels: more run into each other at the
// width of a panel, fewer leave the reader to guess.
const wantLabels = 7

// byteTicks marks powers of two on a log axis of sizes in bytes. Bare leaves
// the unit out, for axes whose label has it.
type byteTicks struct{ Bare bool }

// Ticks implements plot.Ticker.
func (t byteTicks) Ticks(lo, hi float64) []plot.Tick {
	first, last := int(math.Ceil(math.Log2(lo)-1e-9)), int(math.Floor(math.Log2(hi)+1e-9))
	step := 1
	for (last-first)/step+1 > wantLabels+1 {
		step++
	}
	var ticks []plot.Tick
	for e := first; e <= last; e++ {
		v := math.Pow(2, float64(e))
		tick := plot.Tick{Value: v}
		if (e-first)%step == 0 {
			tick.Label = format.Bytes(int(v))
			if t.Bare {
				tick.Label = format.Digits(v)
			}
		}
		ticks = append(ticks, tick)
	}
	return ticks
}

// evenTicks marks a linear axis at round steps: 1, 2 or 5 times a power of ten.
type evenTicks struct{}

// Ticks implements plot.Ticker.
func (evenTicks) Ticks(lo, hi float64) []plot.Tick {
	span := hi - lo
	if !(span > 0) || math.IsInf(span, 0) {
		return nil
	}
	step := math.Pow(10, math.Floor(math.Log10(span/wantLabels)))
	for _, m := range []float64{2, 2.5, 2} { // 1, 2, 5, 10
		if span/step <= wantLabels {
			break
		}
		step *= m
	}
	var ticks []plot.Tick
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+1e-9*span; i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: evenLabel(i*step, step)})
	}
	return ticks
}

// evenLabel writes v with the decimals that its step needs.
func evenLabel(v, step float64) string {
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	if v == 0 {
		return "0" // never -0
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// decadeTicks marks a log axis: decades over a wide range, 1-2-5 over a middle
// one, and every even step of a decade over a narrow one, so that there are
// always at least three labels.
type decadeTicks struct{}

// Ticks implements plot.Ticker.
func (decadeTicks) Ticks(lo, hi float64) []plot.Tick {
	span := math.Log10(hi) - math.Log10(lo) // hi/lo could overflow
	label := func(m int) bool {
		switch {
		case span > 4:
			return m == 1
		case span > 1:
			return m == 1 || m == 2 || m == 5
		}
		return m <= 6 || m == 8
	}
	if span < 0.3 { // less than a doubling: a log axis is nearly straight
		return evenTicks{}.Ticks(lo, hi)
	}
	first, last := int(math.Floor(math.Log10(lo))), int(math.Ceil(math.Log10(hi)))
	var ticks []plot.Tick
	if span > wantLabels+1 { // every few decades, and nothing between
		for step, e := int(math.Ceil(span/wantLabels)), first; e <= last; e += step {
			if v := math.Pow(10, float64(e)); v >= lo*0.999 && v <= hi*1.001 {
				ticks = append(ticks, plot.Tick{Value: v, Label: format.Digits(v)})
			}
		}
		return ticks
	}
	for e := first; e <= last; e++ {
		for m := 1; m <= 9; m++ {
			v := float64(m) * math.Pow(10, float64(e))
			if v < lo*0.999 || v > hi*1.001 {
				continue
			}
			tick := plot.Tick{Value: v}
			if label(m) {
				tick.Label = format.Digits(v)
			}
			ticks = append(ticks, tick)
		}
	}
	return ticks
}

// logAxis makes a an axis over log values with some air at both ends. pad is
// the factor of the air, for example 1.15.
func logAxis(a *plot.Axis, lo, hi, pad float64, t plot.Ticker) {
	a.Scale, a.Tick.Marker = plot.LogScale{}, t
	a.Min, a.Max = lo/pad, hi*pad
}

// linearAxis makes a an axis that starts at zero, or below where the data do.
func linearAxis(a *plot.Axis, lo, hi float64) {
	a.Scale, a.Tick.Marker = plot.LinearScale{}, evenTicks{}
	a.Min, a.Max = min(lo, 0), max(hi, 0)
	room := 0.12 * (a.Max - a.Min) // the names of vertical lines stand there
	if room == 0 {
		room = 1
	}
	a.Max += room
	if a.Min < 0 {
		a.Min -= room / 2
	}
}
