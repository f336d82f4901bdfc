package cachelines

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Lines that fall on one set of a cache, one more than it has ways, cannot all stay there.
// This file finds such lines by what they do to the time of a lap, without knowing an address: from
// many lines of which some do not stay, all are left out that are not needed
// for it (group testing; Vila, Köpf and Morales, "Theory and Practice of Finding Eviction Sets", IEEE
// S&P 2019). What cannot be left out is one set's, and its number is the ways
// and one more. How many of other lines, chosen at random, fall on the same set
// then tells how many sets there are.
//
// Neither needs to know how a cache chooses a set from an address: by bits of the frame's
// number, which a guest does not know, or by a hash of it (AMD Zen 4 adds bits 9 to 11
// to higher ones: lines at one place of their pages fall on 256 of its 2,048 sets, and not on 32).
// Of a hash of the whole address, where they fall on all sets, it takes some 6,000 lines to
// overflow one, each on a page: the TLB must hold as many.
// Nor what it replaces: of so many lines at least one must miss on each lap.

// lapTimer is the time of a lap through lines in the order given, in ns, warm and undisturbed,
// or but glanced at. Line number n lies in column n%columns of block n/columns. No line comes twice.
type lapTimer func(lines []int, glance bool) float64

const (
	// evictBlock is from line to line of a column: the smallest page there is, so
	// that lines of one column share a set of the first level wherever their pages lie.
	evictBlock = 4096
	// padColumns columns of padLines lines are walked beside what is looked at, so
	// that every lap is of more pages than a first-level TLB has entries for (96 on AMD Zen 5, 128
	// on Intel Lion Cove), however few lines are left. padLines is more than any
	// first level has ways (12; 16 on some ARM), so that they miss there, all alike.
	padColumns, padLines = 6, 32
	// fewestLines of the column that is looked at are kept for the same reason, and leastLines of
	// them in the end: more than a first level has ways, and a second one has (20 on Intel
	// Golden Cove).
	fewestLines, leastLines = 32, 24
	// growPart is what part of the lines they are made more by until they overflow a set.
	growPart = 8
	// reduceParts is in how many a set is cut of which each is left out in turn. Of W+1 needed lines
	// none is in a sixteenth with a probability of 57% for 8 ways and 35% for 16.
	reduceParts = 16
	// leastOverflow is what makes a lap slow, in loads of a line that stays. Of W+1 lines on
	// W ways two miss and more with replacement by chance, and some four were seen; a miss costs
	// 1.6 loads here, where a load of a line that stays waits for the TLB as well. Laps
	// on which all stay were seen to differ by 1.7 loads.
	leastOverflow = 3
	// doubtful times that are seen without an overflow now and then.
	doubtful = 2
	// clearly more than the least is asked for before a search begins: some hundreds of lines that
	// all stay take up to the least longer than the few calm ones say.
	clearly = 1.5
	// timeError is the relative error of the time of a long lap: with 0.005 and with 0.015 a
	// success takes a seventh to a third longer here, for searches that lose their way.
	timeError = 0.0075
	// ownLines and padColumns*padLines are how many lines are looked at at once for one
	// that falls on the set: few, so that there is seldom more than one.
	ownLines = 8
)

// eviction is what one search found.
type eviction struct {
	// Lines is how many lines of one set overflow it, and all of them are needed for
	// it: the ways and one more; 0: not found.
	Lines int
	// Own counts batches of ownLines lines of the same column as the set's, and Other those of
	// padColumns*padLines lines of other columns. None counts batches that are known to have no
	// line of the set: they tell whether somebody else's lines fall on it, such as those of a
	// neighbour on the core's other thread.
	Own, Other, None collisions
}

// collisions counts batches of lines by whether one of them falls on the set.
type collisions struct{ Batches, Hits int }

// evictor searches one cache.
type evictor struct {
	lap             lapTimer
	blocks, columns int
	rng             *rand.Rand

	column int     // that is looked at
	lines  []int   // of this column, in random order
	pads   []int   // of others
	calm   []int   // some of it that all stay
	load   float64 // ns of a load of a line that stays, as of late
	asked  int     // how often since the pads were chosen
	fresh  []int   // some of it that were not looked at: which set is found does not depend on them
}

// search looks for the lines of one set and then, while more is true, at
// batches of others.
func (e *evictor) search(more func() bool) eviction {
	e.choose()
	set, ok := e.overflowing(more)
	if !ok {
		return eviction{}
	}
	if set, ok = e.reduce(set); !ok {
		return eviction{}
	}
	needed, other, slow, ok := e.needed(set)
	if !ok {
		return eviction{}
	}
	out := eviction{Lines: len(needed)}
	e.count(&out, needed, other, slow, more)
	return out
}

// choose takes a column and pads at random.
func (e *evictor) choose() {
	e.column = e.rng.IntN(e.columns)
	e.lines = e.lines[:0]
	for _, b := range e.rng.Perm(e.blocks) {
		e.lines = append(e.lines, b*e.columns+e.column)
	}
	e.pads, e.asked = e.otherLines(), 0
	// Some that stay, as long as they are fewer than it takes to overflow a set.
	e.calm = e.lines[len(e.lines)-fewestLines:]
	e.lines = e.lines[:len(e.lines)-fewestLines]
}

// otherLines are padLines lines in each of padColumns other columns.
func (e *evictor) otherLines() []int {
	var out []int
	columns := e.rng.Perm(e.columns)
	columns = slices.DeleteFunc(columns, func(c int) bool { return c == e.column })
	for _, c := range columns[:min(padColumns, len(columns))] {
		for _, b := range e.someBlocks(padLines) {
			out = append(out, b*e.columns+c)
		}
	}
	return out
}

// someBlocks are n different blocks.
func (e *evictor) someBlocks(n int) []int {
	var out []int
	for len(out) < n {
		if b := e.rng.IntN(e.blocks); !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	return out
}

// time is that of a lap through lines, which come in random order, and the pads.
func (e *evictor) time(lines []int) float64 {
	return e.lap(slices.Concat(lines, e.pads), false)
}

// excess is what a lap takes beyond one on which all stay, in ns, and least
// what it is at the least where they do not. Laps are asked for twice: whatever
// disturbs one makes it longer.
func (e *evictor) excess(lines []int) (ns, least float64) {
	twice := func(lines []int) float64 { return min(e.time(lines), e.time(lines)) }
	// The clock of a core changes by more than an overflow costs within milliseconds.
	const again = 2 // laps, a tenth of a millisecond apart
	if e.asked%again == 0 {
		e.load = twice(e.calm) / float64(len(e.calm)+len(e.pads))
	}
	e.asked++
	all := e.load * float64(len(lines)+len(e.pads))
	return twice(lines) - all, max(leastOverflow*e.load, timeError*all)
}

// overflows tells whether they do not all stay. A doubtful answer is asked for twice.
func (e *evictor) overflows(lines []int) bool {
	ns, least := e.excess(lines)
	if ns > least && ns < doubtful*least {
		ns, least = e.excess(lines)
	}
	return ns > least
}

// overflowing are as many lines as it takes until they do not all stay.
func (e *evictor) overflowing(more func() bool) ([]int, bool) {
	for n := fewestLines; n <= len(e.lines); n += n / growPart {
		set := e.lines[:n]
		if ns, least := e.excess(set); ns > clearly*least && e.overflows(set) {
			e.fresh = e.lines[n:]
			return slices.Clone(set), true
		}
		if !more() {
			break
		}
	}
	return nil, false
}

// reduce leaves out groups of lines as long as the rest overflows. ok is false where
// it was no overflow, or is one of many sets.
func (e *evictor) reduce(set []int) (rest []int, ok bool) {
	for parts := reduceParts; len(set) > fewestLines; {
		size := max(1, len(set)/parts)
		e.rng.Shuffle(len(set), func(i, j int) { set[i], set[j] = set[j], set[i] })
		before := len(set)
		for from := 0; from+size <= len(set) && len(set)-size >= fewestLines; {
			if rest := slices.Delete(slices.Clone(set), from, from+size); e.overflows(rest) {
				set = rest
			} else {
				from += size
			}
		}
		if len(set) == before {
			if size == 1 || !e.overflows(set) {
				return nil, false
			}
			parts *= 2
		}
	}
	return set, true
}

// needed parts a set into the lines without any of which it does not overflow, and the
// others. slow is what the overflow costs, in ns a lap. ok is false where there are no
// such lines, as where more than one set overflows, and where a pad may be needed as well.
func (e *evictor) needed(set []int) (needed, other []int, slow float64, ok bool) {
	// Lines to spare on the full set, or on another one, hide which are needed.
	for i := 0; i < len(set) && len(set) > leastLines; {
		if rest := slices.Delete(slices.Clone(set), i, i+1); e.overflows(rest) {
			set = rest
		} else {
			i++
		}
	}
	var slows []float64
	for i := range set {
		rest := slices.Delete(slices.Clone(set), i, i+1)
		if ns, least := e.excess(rest); ns > least {
			other, slows = append(other, set[i]), append(slows, ns)
		} else {
			needed = append(needed, set[i])
		}
	}
	slow = median(slows)
	// An overflow that was none leaves nothing that is needed, or everything.
	if len(needed) < 3 || len(other) < 3 {
		return nil, nil, 0, false
	}
	for from := 0; from < len(e.pads); from += padLines {
		kept := e.pads
		e.pads = slices.Concat(kept[:from], kept[from+padLines:])
		still := e.overflows(set)
		e.pads = kept
		if !still {
			return nil, nil, 0, false
		}
	}
	return needed, other, slow, e.overflows(set)
}

// count looks whether any of a batch of lines falls on the set: the lap is slower
// with a line less than overflows it than with some less, which leaves them room.
func (e *evictor) count(out *eviction, needed, other []int, slow float64, more func() bool) {
	full, less := needed[1:], needed[1+len(needed)/2:]
	for k := 0; k < batches && more(); k++ {
		batch, tally := slices.Clone(e.pads), &out.None // the search's pads do not matter
		switch k % 8 {
		case 0, 4:
			tally = &out.Own
			for _, i := range e.rng.Perm(len(e.fresh))[:min(ownLines, len(e.fresh))] {
				batch = append(batch, e.fresh[i])
			}
		case 2:
		default:
			batch, tally = e.otherLines(), &out.Other
		}
		rest := slices.Concat(other, batch)
		e.rng.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
		tally.Batches++
		if e.falls(slices.Concat(full, rest), slices.Concat(less, rest), slow) {
			tally.Hits++
		}
	}
}

// falls reports whether a lap through some lines is slower than one through fewer by what an overflow
// costs, in ns. Where the first answer is neither yes nor clearly no, or
// yes, which few are, it is asked again: whatever disturbs a lap makes it longer.
func (e *evictor) falls(full, less []int, slow float64) bool {
	more := float64(len(full)) / float64(len(less))
	with, without := math.Inf(1), math.Inf(1)
	const looks = 4
	for range looks {
		with, without = min(with, e.lap(full, true)), min(without, e.lap(less, true))
		if math.Abs(with-more*without) < slow/4 {
			return false
		}
	}
	return with-more*without > slow/3
}

// batches of a search take about as long as the search. A quarter is of lines of the
// set's own column, of which there are few, and an eighth of none.
const batches = 400
