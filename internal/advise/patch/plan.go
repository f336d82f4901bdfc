package patch

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/record"
)

// A pad is bytes that go into a struct.
type pad struct {
	owner  *record.Type // the struct
	before string       // the field that it goes before; "" at the end of the struct
	bytes  int64
	apart  [2]string // the fields that it keeps apart; for a trailing pad the field, and its twin in the neighbour
	sure   bool      // the distance holds on 32-bit platforms as well, so it can be asserted
	after  int64     // the size of owner with the pad
}

// A wrap replaces a type by a struct that embeds it between pads: for types
// that the user cannot change, such as sync.Mutex or atomic.Int64.
type wrap struct {
	typ         *record.Type
	global      string // the variable to change; "" for every slice of the type in its package
	lead, trail int64
}

var errNoPlan = errors.New("no pad that can be written by rule keeps these words apart")

// A planner decides which pads keep words apart.
type planner struct {
	lineBytes int64
	std       func(pkg string) bool // of the standard library, which nobody can patch
}

// plan decides what keeps f's words apart. Two words are
// apart, wherever the object starts, if their first bytes are at least a line
// apart: aligned words do not cross lines.
func (pl planner) plan(f *finding.Finding) ([]pad, []wrap, error) {
	pairs := conflicts(f)
	if len(pairs) == 0 {
		return nil, nil, errors.New("the recorded moves do not say which words to keep apart")
	}
	switch f.Cause {
	case finding.Struct:
		return pl.structPads(pairs)
	case finding.Slice:
		return pl.elementPads(pairs)
	case finding.HeapNeighbours:
		return pl.neighbourPads(pairs)
	case finding.Globals:
		return pl.globalWraps(pairs)
	}
	return nil, nil, errNoPlan
}

// structPads finds the fewest places of the struct where a pad cuts every
// conflict, and makes each pad as small as the conflicts over it allow.
func (pl planner) structPads(pairs []conflict) ([]pad, []wrap, error) {
	owner, cuts, err := cutsOf(pairs)
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(cuts, func(x, y cut) int { return cmp.Compare(x.to, y.to) })
	var places []int // fields that get a pad before them, ascending
	for _, c := range cuts {
		if !slices.ContainsFunc(places, func(i int) bool { return c.from < i && i <= c.to }) {
			places = append(places, c.to)
		}
	}
	var pads []pad
	var shift int64 // by what the pads so far move the fields behind them
	shifts := map[int]int64{}
	for _, at := range places {
		p := pad{owner: owner, before: owner.Fields[at].Name}
		for _, c := range cuts {
			if c.from >= at || at > c.to {
				continue
			}
			// Pads further left may lie between the two words already.
			moved := shift - shiftAt(shifts, places, c.from)
			if missing := pl.lineBytes - (c.b - c.a) - moved; missing > p.bytes {
				p.bytes = missing
				p.apart = [2]string{owner.Fields[c.from].Name, owner.Fields[c.to].Name}
				p.sure = c.whole && portableFields(owner, c.from, c.to)
			}
		}
		p.bytes = roundUp(p.bytes, int64(max(owner.Align, 1)))
		shift += p.bytes
		shifts[at] = p.bytes
		if p.bytes > 0 {
			pads = append(pads, p)
		}
	}
	for i := range pads {
		pads[i].after = owner.SizeBytes + shift
	}
	if len(pads) == 0 {
		return nil, nil, fmt.Errorf("the words are already %d bytes apart", pl.lineBytes)
	}
	return pads, nil, nil
}

// shiftAt is by what the pads before field i move it.
func shiftAt(shifts map[int]int64, places []int, i int) (sum int64) {
	for _, at := range places {
		if at <= i {
			sum += shifts[at]
		}
	}
	return sum
}

// A cut is a conflict between two fields of one struct: a pad before any of
// the fields from+1 to to separates them.
type cut struct {
	from, to int   // indices of the fields, from < to
	a, b     int64 // offsets of the two words from the start of the struct
	whole    bool  // the words are the fields themselves, not parts of them
}

// cutsOf finds the struct in which the paths of all pairs part, which must be
// one and the same.
func cutsOf(pairs []conflict) (*record.Type, []cut, error) {
	var owner *record.Type
	var cuts []cut
	for _, p := range pairs {
		if p.a.Object == nil || p.a.Object != p.b.Object {
			continue
		}
		t, c, ok := part(p)
		if !ok || owner != nil && t != owner {
			continue
		}
		owner = t
		cuts = append(cuts, c)
	}
	if owner == nil {
		return nil, nil, errNoPlan
	}
	return owner, cuts, nil
}

// part follows the paths of both words to the struct in which they part.
func part(p conflict) (*record.Type, cut, bool) {
	at := p.a.Object.RType
	for i := 0; i < len(p.a.Path) && i < len(p.b.Path); i++ {
		x, y := p.a.Path[i], p.b.Path[i]
		if x.Field == y.Field && x.Index == y.Index {
			at = x.Type
			continue
		}
		if at == nil || at.Kind != "struct" {
			return nil, cut{}, false // two elements of an array
		}
		from, to := fieldIndex(at, x.Field), fieldIndex(at, y.Field)
		a, b := pathOffset(at, p.a.Path[i:]), pathOffset(at, p.b.Path[i:])
		if from > to {
			from, to, a, b = to, from, b, a
		}
		whole := i == len(p.a.Path)-1 && i == len(p.b.Path)-1
		return at, cut{from, to, a, b, whole}, from >= 0
	}
	return nil, cut{}, false
}

// pathOffset is where a path that starts in t ends, in bytes from the start of t.
func pathOffset(t *record.Type, path []finding.PathElem) (offset int64) {
	for _, e := range path {
		switch {
		case t == nil:
			return offset
		case e.Field != "":
			if i := fieldIndex(t, e.Field); i >= 0 {
				offset += t.Fields[i].Offset
			}
		case e.Type == t: // the element type of a slice stands for its array
			offset += e.Index * t.SizeBytes
		case t.Elem != nil:
			offset += e.Index * t.Elem.SizeBytes
		}
		t = e.Type
	}
	return offset
}

func fieldIndex(t *record.Type, name string) int {
	return slices.IndexFunc(t.Fields, func(f record.Field) bool { return f.Name == name })
}

func portableFields(t *record.Type, from, to int) bool {
	for _, f := range t.Fields[from:to] {
		if !portable(f.Type) {
			return false
		}
	}
	return true
}

func roundUp(n, to int64) int64 { return (n + to - 1) / to * to }
