// Package check judges the exercise pad: go run ./course/check pad.
package check

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"unsafe"

	"cachelab/course/internal/judge"
	"cachelab/course/internal/proc"
	"cachelab/internal/format"
)

// Layout is where the data of Fields lies in one element of a slice of Stats.
type Layout struct{ Stride, Lo, Hi uintptr }

// Check asks that neighbours in a slice of Stats never share a line, now and when Fields
// grows.
func Check(r *judge.Report) error {
	now, missing := LayoutNow()
	if missing != "" {
		r.Missing("%s", missing)
		return nil
	}
	line := judge.LineBytes()
	r.Note("Stats is %d bytes, its fields are bytes %d to %d; a line counts as %d bytes in Go on this architecture", now.Stride, now.Lo, now.Hi, line)
	if at, shared := judge.ShareAt(now.Stride, now.Lo, now.Hi, line); shared {
		r.Missing("neighbours in a slice can share a line: with a slice that begins %d bytes past a line, the fields of two elements do.%s", at, example(line))
		return nil
	}
	r.Done("neighbours never share a line, wherever the slice begins")
	if err := grows(r, now, line); err != nil || r.Outcome() != judge.Passes {
		return err
	}
	return show(r)
}

// LayoutNow is the layout of the types under judgement, or why they have none.
func LayoutNow() (l Layout, missing string) {
	return layoutOf(reflect.TypeFor[Stats](), reflect.TypeFor[Fields]())
}

// layoutOf finds Fields in Stats, on the way through embedded and other structs.
func layoutOf(stats, fields reflect.Type) (l Layout, missing string) {
	offset, found := find(stats, fields)
	if !found {
		for f := range stats.Fields() {
			if f.Type == reflect.PointerTo(fields) {
				return l, "Stats holds a pointer to Fields: a pad then keeps the pointers apart, and not what they point to"
			}
		}
		return l, "Stats does not hold Fields any more. A field that somebody adds to Fields must be in Stats too"
	}
	lo, hi, _ := judge.Extent(fields)
	return Layout{stats.Size(), offset + lo, offset + hi}, ""
}

func find(in, what reflect.Type) (offset uintptr, found bool) {
	if in == what {
		return 0, true
	}
	if in.Kind() != reflect.Struct {
		return 0, false
	}
	for f := range in.Fields() {
		if at, ok := find(f.Type, what); ok {
			return f.Offset + at, true
		}
	}
	return 0, false
}

// example finds a slice, as the program may make it, in which two elements do share a
// line; empty if none was found.
func example(line uintptr) string {
	for n := 2; n <= 100; n++ {
		row := make([]Stats, n)
		for i := range n - 1 {
			l, _ := LayoutNow()
			end := uintptr(unsafe.Pointer(&row[i])) + l.Hi - 1
			next := uintptr(unsafe.Pointer(&row[i+1])) + l.Lo
			if end/line == next/line {
				return fmt.Sprintf(" A slice of %d does so now: elements %d and %d", n, i, i+1)
			}
		}
	}
	return " None of the slices that the check made did so now; Go promises no more than 8 bytes of alignment"
}

// grows looks at the layout with one more field. Grown by a word is what somebody will
// do next year. Grown to exactly whole lines, or pairs or fours of them, is where a
// careless pad becomes a pad of no bytes.
func grows(r *judge.Report, now Layout, line uintptr) error {
	by := []int{8}
	for lines := uintptr(1); lines <= 4; lines *= 2 {
		if more := int(lines*line - (now.Hi-now.Lo)%(lines*line)); !slices.Contains(by, more) {
			by = append(by, more)
		}
	}
	for _, n := range by {
		more := uintptr(n)
		grown, err := grow(context.Background(), more)
		var compile *proc.CompileError
		switch {
		case errors.Is(err, errShape):
			r.Missing("%v: the check adds a field to it, to see whether the padding follows", err)
			return nil
		case errors.As(err, &compile):
			r.Missing("with %d bytes more in Fields it does not compile any more. A guard is a good thing, but let the padding follow\n%s", more, compile.Output)
			return nil
		case err != nil:
			return err
		case grown.Hi-grown.Lo <= now.Hi-now.Lo:
			r.Missing("Stats does not grow with Fields: with %d bytes more in Fields its data is still %d bytes", more, grown.Hi-grown.Lo)
			return nil
		}
		if at, shared := judge.ShareAt(grown.Stride, grown.Lo, grown.Hi, line); shared {
			r.Missing("it does not stay padded: with %d bytes more in Fields, Stats is %d bytes, and neighbours share a line in a slice that begins %d bytes past one", more, grown.Stride, at)
			return nil
		}
	}
	r.Done("it stays padded when Fields grows by %s bytes", format.Ints(by, "and"))
	return nil
}

// show measures two neighbours of a slice whose elements have pointers and that is long
// enough for the allocator's header: it begins 8 bytes past a line.
func show(r *judge.Report) error {
	const long = 64
	row := make([]Stats, long)
	a, b := unsafe.Pointer(&row[0].Hits), unsafe.Pointer(&row[1].Hits)
	pair, why, err := judge.NewPair()
	if err != nil {
		return err
	}
	if pair == nil {
		r.Note("what it gains cannot be measured here: %s", why)
		r.Why("False sharing takes two CPUs at the same time, on one line: %s.", why)
		return nil
	}
	defer pair.Close()
	gain, err := judge.MeasureGain(pair.Packed(), pair.Apart(), pair.Atomic("yours", [2]unsafe.Pointer{a, b}))
	if err != nil {
		return err
	}
	r.Show(gain)
	r.WhySharing(pair)
	return nil
}
