package sets

import (
	"math/rand/v2"
	"slices"

	"cachelab/internal/stats"
)

// Lines that map to one set of a cache, one more than it has ways, cannot all stay
// there. This file finds such lines by what they do to the time of a walk, without
// knowing an address: from many lines of which some do not stay, all are left out
// that are not needed for it (group testing; Vila, Köpf and Morales, "Theory and
// Practice of Finding Eviction Sets", IEEE S&P 2019). What cannot be left out maps to
// one set, and its number is the ways and one more. How many of other lines, chosen
// at random, map to the same set then shows how many sets there are.
//
// Neither needs to know how a cache chooses a set from an address: by bits of the
// frame's number, which a guest does not know, or by a hash of it (AMD Zen 4 adds
// bits 9 to 11 to higher ones: lines at one place of their pages map to 256 of its
// 2,048 sets, and not to 32). Of a hash of the whole address, where they map to all
// sets, it takes some 6,000 lines to overflow one, each on a page: the TLB must hold
// as many. Nor what it replaces: of so many lines at least one must miss on each walk.

// walkTimer is the time of a walk once through lines in the order given, in ns, warm
// and undisturbed. A quick one is half as long. Line number n is in column
// n%columns of block n/columns. No line comes twice.
type walkTimer func(lines []int, quick bool) float64

const (
	// blockBytes is from line to line of a column: the smallest page there is, so
	// that lines of one column share a set of the first level wherever their pages
	// are.
	blockBytes = 4096
	// padColumns columns of padLines lines are walked together with the lines in
	// question, so that every walk is of more pages than a first-level TLB has
	// entries for (96 on AMD Zen 5, 128 on Intel Lion Cove), however few lines are
	// left. padLines is more than any first level has ways (12; 16 on some ARM), so
	// that they miss there, all alike.
	padColumns, padLines = 6, 32
	// fewestLines of the column in question are kept for the same reason, and
	// leastLines of them in the end: more than a first level has ways, and a second
	// one has (20 on Intel Golden Cove).
	fewestLines, leastLines = 32, 24
	// growPart is what part of the lines they are made more by until they overflow
	// a set.
	growPart = 8
	// reduceParts is in how many a set is cut of which each is left out in turn. Of
	// W+1 needed lines none is in a sixteenth with a probability of 57% for 8 ways
	// and 35% for 16.
	reduceParts = 16
	// ownLines and padColumns*padLines are how many lines are tried at once for one
	// that maps to the set: few, so that there is seldom more than one.
	ownLines = 8
	// batches of a search take about as long as the search. A quarter is of lines of
	// the set's own column, of which there are few, and an eighth of none.
	batches = 400
	// fewestNeeded: an overflow that was none leaves nothing that is needed, or
	// everything. No cache of fewer ways is built.
	fewestNeeded = 3
)

// searchConstants are the numbers that a search decides by. They are a value so
// that TestSearchConstants can halve and double each.
type searchConstants struct {
	LeastOverflow    float64
	Doubtful         float64
	Clearly          float64
	TimeError        float64
	LeastDifference  float64
	EnoughDifference float64
	Repeats          int
	HitTests         int
}

var searchBy = searchConstants{
	// LeastOverflow is what makes a walk slow, in loads of a line that stays. Of W+1
	// lines on W ways two miss and more with replacement by chance, and some four
	// were seen; a miss costs 1.6 loads on the Zen 5 guest, where a load of a line
	// that stays waits for the TLB as well. Walks on which all stay were seen to
	// differ by 1.7 loads.
	LeastOverflow: 3,

	// Doubtful times that are seen without an overflow now and then: asked twice.
	Doubtful: 2,

	// Clearly more than the least is asked for before a search begins: some hundreds
	// of lines that all stay take up to the least longer than the few resident ones
	// say.
	Clearly: 1.5,

	// TimeError is the relative error of the time of a long walk: with 0.005 and
	// with 0.015 a success takes a seventh to a third longer on the Zen 5 guest, for
	// searches that lose their way.
	TimeError: 0.0075,

	// A difference of two walks under LeastDifference of what an overflow costs is
	// "no" at once. "Yes" needs EnoughDifference of it in all of Repeats walks,
	// because a disturbance can only slow a walk down.
	LeastDifference: 1.0 / 4, EnoughDifference: 1.0 / 3, Repeats: 4,

	// HitTests walks share one calibration of a hit: the clock of a core changes by
	// more than an overflow costs within milliseconds, and two walks are a tenth of
	// a millisecond apart.
	HitTests: 2,
}

// Search is what one search found.
type Search struct {
	// Lines is how many lines of one set overflow it, and all of them are needed for
	// it: the ways and one more; 0: not found.
	Lines int
	// Own counts batches of 8 lines of the same column as the set's, and Other those
	// of 192 lines of other columns. None counts batches that are known to have no
	// line of the set: they show whether somebody else's lines map to it, such as
	// those of a neighbour on the core's other thread.
	Own, Other, None Tally
}

// Tally counts batches of lines by whether one of them maps to the set.
type Tally struct{ Batches, Hits int }

// searcher searches one cache.
type searcher struct {
	time            walkTimer
	blocks, columns int
	random          *rand.Rand
	k               searchConstants

	column   int     // in question
	lines    []int   // of this column, in random order
	pads     []int   // of others
	resident []int   // lines known to stay cached; they calibrate the cost of a hit
	hitNS    float64 // of a load of a line that stays, as of late
	probes   int     // since the pads were chosen
	untested []int   // lines the search never saw, so batches drawn from them are unbiased
}

// set is an overflowing set, parted.
type set struct {
	needed, other []int   // lines without any of which it does not overflow, and the rest
	slowNS        float64 // what the overflow costs a walk
}

// search looks for the lines of one set and then, while more is true, at batches
// of others.
func (e *searcher) search(more func() bool) Search {
	e.choose()
	lines, ok := e.overflowing(more)
	if !ok {
		return Search{}
	}
	if lines, ok = e.reduce(lines); !ok {
		return Search{}
	}
	s, ok := e.part(lines)
	if !ok {
		return Search{}
	}
	out := Search{Lines: len(s.needed)}
	e.count(&out, s, more)
	return out
}

// choose takes a column and pads at random.
func (e *searcher) choose() {
	e.column = e.random.IntN(e.columns)
	e.lines = e.lines[:0]
	for _, b := range e.random.Perm(e.blocks) {
		e.lines = append(e.lines, b*e.columns+e.column)
	}
	e.pads, e.probes = e.otherLines(), 0
	// These stay, as long as they are fewer than it takes to overflow a set.
	e.resident = e.lines[len(e.lines)-fewestLines:]
	e.lines = e.lines[:len(e.lines)-fewestLines]
}

// otherLines are padLines lines in each of padColumns other columns.
func (e *searcher) otherLines() []int {
	var out []int
	columns := e.random.Perm(e.columns)
	columns = slices.DeleteFunc(columns, func(c int) bool { return c == e.column })
	for _, c := range columns[:min(padColumns, len(columns))] {
		for _, b := range e.someBlocks(padLines) {
			out = append(out, b*e.columns+c)
		}
	}
	return out
}

// someBlocks are n different blocks.
func (e *searcher) someBlocks(n int) []int {
	var out []int
	for len(out) < n {
		if b := e.random.IntN(e.blocks); !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	return out
}

// excess is what a walk through lines, which come in random order, and the pads
// takes beyond one on which all stay, in ns, and the least that it is where they do
// not. Each walk is taken twice: whatever disturbs one makes it longer.
func (e *searcher) excess(lines []int) (ns, least float64) {
	twice := func(lines []int) float64 {
		all := slices.Concat(lines, e.pads)
		return min(e.time(all, false), e.time(all, false))
	}
	if e.probes%e.k.HitTests == 0 {
		e.hitNS = twice(e.resident) / float64(len(e.resident)+len(e.pads))
	}
	e.probes++
	hits := e.hitNS * float64(len(lines)+len(e.pads))
	return twice(lines) - hits, max(e.k.LeastOverflow*e.hitNS, e.k.TimeError*hits)
}

// overflows reports whether the lines do not all stay. A doubtful answer is asked
// for twice.
func (e *searcher) overflows(lines []int) bool {
	ns, least := e.excess(lines)
	if ns > least && ns < e.k.Doubtful*least {
		ns, least = e.excess(lines)
	}
	return ns > least
}

// overflowing are as many lines as it takes until they do not all stay.
func (e *searcher) overflowing(more func() bool) ([]int, bool) {
	for n := fewestLines; n <= len(e.lines); n += n / growPart {
		lines := e.lines[:n]
		if ns, least := e.excess(lines); ns > e.k.Clearly*least && e.overflows(lines) {
			e.untested = e.lines[n:]
			return slices.Clone(lines), true
		}
		if !more() {
			break
		}
	}
	return nil, false
}

// reduce leaves out groups of lines as long as the rest overflows. ok is false
// where it was no overflow, or is one of many sets.
func (e *searcher) reduce(lines []int) (rest []int, ok bool) {
	for parts := reduceParts; len(lines) > fewestLines; {
		size := max(1, len(lines)/parts)
		e.random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		before := len(lines)
		for from := 0; from+size <= len(lines) && len(lines)-size >= fewestLines; {
			if rest := without(lines, from, from+size); e.overflows(rest) {
				lines = rest
			} else {
				from += size
			}
		}
		if len(lines) < before {
			continue
		}
		if size == 1 || !e.overflows(lines) {
			return nil, false
		}
		parts *= 2
	}
	return lines, true
}

// without is a copy of lines less those from one index to another.
func without(lines []int, from, to int) []int { return slices.Concat(lines[:from], lines[to:]) }

// part parts a set into the lines without any of which it does not overflow, and
// the others. ok is false where there are no such lines, as where more than one set
// overflows, and where a pad may be needed as well.
func (e *searcher) part(lines []int) (s set, ok bool) {
	// Lines to spare on the full set, or on another one, hide which are needed.
	for i := 0; i < len(lines) && len(lines) > leastLines; {
		if rest := without(lines, i, i+1); e.overflows(rest) {
			lines = rest
		} else {
			i++
		}
	}
	var slows []float64
	for i := range lines {
		if ns, least := e.excess(without(lines, i, i+1)); ns > least {
			s.other, slows = append(s.other, lines[i]), append(slows, ns)
		} else {
			s.needed = append(s.needed, lines[i])
		}
	}
	s.slowNS = stats.Median(slows)
	if len(s.needed) < fewestNeeded || len(s.other) < fewestNeeded {
		return set{}, false
	}
	return s, !e.needsPads(lines) && e.overflows(lines)
}

// needsPads reports whether the lines do not overflow without some column of the
// pads.
func (e *searcher) needsPads(lines []int) bool {
	kept := e.pads
	defer func() { e.pads = kept }()
	for from := 0; from < len(kept); from += padLines {
		e.pads = without(kept, from, from+padLines)
		if !e.overflows(lines) {
			return true
		}
	}
	return false
}

// count estimates how many random lines map to the set. It walks a batch together
// with W lines of the set, and together with half as many. A batch line that maps to
// the set overflows it only in the first walk.
func (e *searcher) count(out *Search, s set, more func() bool) {
	full, half := s.needed[1:], s.needed[1+len(s.needed)/2:]
	for k := 0; k < batches && more(); k++ {
		batch, tally := e.batch(k, out)
		rest := slices.Concat(s.other, batch)
		e.random.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
		tally.Batches++
		if e.slower(slices.Concat(full, rest), slices.Concat(half, rest), s.slowNS) {
			tally.Hits++
		}
	}
}

// batch is what is tried next, and where it counts. The search's pads are in every
// batch but those of other columns, in whose place they are; they do not matter.
func (e *searcher) batch(k int, out *Search) (lines []int, tally *Tally) {
	switch k % 8 {
	case 0, 4:
		lines = slices.Clone(e.pads)
		for _, i := range e.random.Perm(len(e.untested))[:min(ownLines, len(e.untested))] {
			lines = append(lines, e.untested[i])
		}
		return lines, &out.Own
	case 2:
		return slices.Clone(e.pads), &out.None
	}
	return e.otherLines(), &out.Other
}

// slower reports whether a walk through some lines is slower than one through
// fewer by what an overflow costs, in ns. The comparison is repeated up to four times,
// because a disturbance can only slow a walk down: a small difference is "no" at
// once; "yes" needs all four.
func (e *searcher) slower(full, half []int, slowNS float64) bool {
	more := float64(len(full)) / float64(len(half))
	with, without := e.time(full, true), e.time(half, true)
	for repeat := 1; ; repeat++ {
		difference := with - more*without
		if difference < e.k.LeastDifference*slowNS && -difference < e.k.LeastDifference*slowNS {
			return false
		}
		if repeat == e.k.Repeats {
			return difference > e.k.EnoughDifference*slowNS
		}
		with, without = min(with, e.time(full, true)), min(without, e.time(half, true))
	}
}
