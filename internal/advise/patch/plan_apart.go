package patch

import (
	"cmp"
	"errors"
	"slices"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/record"
)

// This file plans pads for words of different objects: elements of a slice,
// neighbours on the heap, and globals.

// elementPads makes the elements of a slice large enough that the words of
// neighbouring elements are a line apart. It pads the element's struct at its
// end, or wraps an element type that is not a struct of the user's.
func (pl planner) elementPads(pairs []conflict) ([]pad, []wrap, error) {
	var elem *record.Type
	var size int64
	var field [2]string
	for _, p := range pairs {
		a, b := p.a, p.b
		if a.Object != b.Object || len(a.Path) == 0 || len(b.Path) == 0 || a.Path[0].Field != "" {
			continue
		}
		if a.Path[0].Index > b.Path[0].Index {
			a, b = b, a
		}
		steps := b.Path[0].Index - a.Path[0].Index
		if steps == 0 {
			continue
		}
		elem = a.Object.RType
		need := pl.lineBytes + pathOffset(elem, a.Path[1:]) - pathOffset(elem, b.Path[1:])
		if need = (need + steps - 1) / steps; need > size {
			size = need
			field = [2]string{ownField(a), ownField(b)}
		}
	}
	if elem == nil {
		return nil, nil, errNoPlan
	}
	size = roundUp(size, int64(max(elem.Align, 1)))
	if size <= elem.SizeBytes {
		return nil, nil, errors.New("the elements are already a line apart")
	}
	return pl.grow(elem, size, field)
}

// neighbourPads makes objects large enough for a size class in which two
// neighbours do not share a line.
func (pl planner) neighbourPads(pairs []conflict) ([]pad, []wrap, error) {
	var pads []pad
	done := map[*record.Type]bool{}
	for _, p := range pairs {
		if p.a.Object == nil || p.b.Object == nil || p.a.Object == p.b.Object {
			continue
		}
		apart := abs(offsetInObject(p.a) - offsetInObject(p.b))
		for _, w := range []*finding.Word{p.a, p.b} {
			t := w.Object.RType
			if t == nil || t.Kind != "struct" || w.Object.Count > 1 || done[t] {
				continue
			}
			done[t] = true
			size := pl.sizeInClass(t, pl.lineBytes+apart)
			more, _, err := pl.grow(t, size, [2]string{ownField(w), ownField(w)})
			if err == nil {
				pads = append(pads, more...)
			}
		}
	}
	if len(pads) == 0 {
		return nil, nil, errNoPlan
	}
	return pads, nil, nil
}

// sizeInClass is the least size of a t whose size class keeps neighbours apart:
// a class that is a multiple of the line, or one of enough bytes.
func (pl planner) sizeInClass(t *record.Type, enough int64) int64 {
	for _, class := range sizeClasses() {
		if class%pl.lineBytes != 0 && class < enough {
			continue
		}
		if hasPointers(t) && class > headerOver {
			class -= headerBytes
		}
		if class >= t.SizeBytes {
			return class / int64(max(t.Align, 1)) * int64(max(t.Align, 1))
		}
	}
	return roundUp(t.SizeBytes, pl.lineBytes)
}

// grow pads a struct at its end, or wraps another type, up to size bytes.
func (pl planner) grow(t *record.Type, size int64, apart [2]string) ([]pad, []wrap, error) {
	more := size - t.SizeBytes
	switch {
	case more <= 0:
		return nil, nil, errors.New("the objects are already large enough")
	case t.Kind == "struct" && !pl.std(t.Package):
		return []pad{{owner: t, bytes: more, apart: apart, sure: portable(t), after: size}}, nil, nil
	case t.Name != "" && pl.std(t.Package) && t.Package != "":
		return nil, []wrap{{typ: t, trail: more}}, nil
	}
	return nil, nil, errors.New("a " + cmp.Or(t.Name, t.Kind) + " cannot be padded by itself: put it into a struct with a pad, " +
		"for example cachelines.Padded")
}

// globalWraps wraps the globals that are written most, until no conflict is left.
func (pl planner) globalWraps(pairs []conflict) ([]pad, []wrap, error) {
	var wraps []wrap
	for len(pairs) > 0 {
		o := mostWritten(pairs).Object
		if o == nil || o.Global == "" || o.RType == nil || o.RType.Name == "" || !embeddable(o.RType) {
			return nil, nil, errors.New("a global of a basic type cannot be padded by rule: make it a field of a struct with pads")
		}
		trail := max(0, pl.lineBytes-o.RType.SizeBytes)
		wraps = append(wraps, wrap{typ: o.RType, global: o.Global, lead: pl.lineBytes, trail: trail})
		pairs = slices.DeleteFunc(pairs, func(p conflict) bool { return p.a.Object == o || p.b.Object == o })
	}
	if len(wraps) == 0 {
		return nil, nil, errNoPlan
	}
	return nil, wraps, nil
}

// mostWritten is the word with the most writes.
func mostWritten(pairs []conflict) *finding.Word {
	var words []*finding.Word
	for _, p := range pairs {
		words = append(words, p.a, p.b)
	}
	return slices.MaxFunc(words, func(v, w *finding.Word) int { return cmp.Compare(v.Writes, w.Writes) })
}

// embeddable reports whether a struct can embed the type so that the code that
// uses it compiles unchanged: its methods and fields are promoted.
func embeddable(t *record.Type) bool { return t.Kind == "struct" }

// ownField is the field of the object's or the element's own struct that holds
// a word, "" if there is none.
func ownField(w *finding.Word) string {
	for _, e := range w.Path {
		if e.Field != "" {
			return e.Field
		}
	}
	return ""
}

func offsetInObject(w *finding.Word) int64 { return pathOffset(w.Object.RType, w.Path) }

func abs(n int64) int64 { return max(n, -n) }
