package judge

import (
	"reflect"
	"strings"

	"cachelab/cachelines"
)

// LineBytes is how many bytes two writers must be apart, by what Go says for this
// architecture (64 on amd64, 128 on arm64, 256 on s390x).
func LineBytes() uintptr { return uintptr(cachelines.PadBytes()) }

// wordBytes is the alignment of what the exercises count in. An address that Go hands
// out for a struct with such a word is a multiple of it, and need not be more: a slice
// of elements with pointers begins 8 bytes past a line once it is longer than 512 bytes
// (the allocator's header, internal/runtime/gc, MinSizeForMallocHeader).
const wordBytes = 8

// ShareAt returns an address, as the distance from the beginning of a line, at which
// two neighbours in a slice share a line: elements are stride bytes apart, and each has
// its data from lo up to hi. ok is false if there is no such address.
func ShareAt(stride, lo, hi, line uintptr) (at uintptr, ok bool) {
	for at := uintptr(0); at < line; at += wordBytes {
		if (at+hi-1)/line >= (at+stride+lo)/line {
			return at, true
		}
	}
	return 0, false
}

// Extent returns where the data of a type begins and ends, without padding at either
// end: blank fields, and arrays of bytes that are called a pad. found is false for a
// type without data.
func Extent(t reflect.Type) (lo, hi uintptr, found bool) {
	if t.Kind() != reflect.Struct {
		return 0, t.Size(), t.Size() > 0
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" || isPad(f) {
			continue
		}
		from, to, data := Extent(f.Type)
		if !data {
			continue
		}
		if !found || f.Offset+from < lo {
			lo = f.Offset + from
		}
		hi = max(hi, f.Offset+to)
		found = true
	}
	return lo, hi, found
}

func isPad(f reflect.StructField) bool {
	return f.Type.Kind() == reflect.Array && f.Type.Elem().Kind() == reflect.Uint8 && strings.Contains(strings.ToLower(f.Name), "pad")
}
