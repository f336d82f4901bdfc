package cachelines

import (
	"fmt"
	"reflect"
	"unsafe"

	"golang.org/x/sys/cpu"
)

// Pad is one line's worth of nothing, by what Go says for this architecture:
// 64 bytes on amd64, 128 on arm64 and ppc64, 256 on s390x. Between two fields
// it keeps their words on different lines wherever the struct comes to lie.
//
// Whether a machine needs more (a pair of lines, 128 bytes on amd64) is measured by
// cachelines/line.
type Pad struct{ _ [padBytes]byte }

const padBytes = int(unsafe.Sizeof(cpu.CacheLinePad{}))

// PadBytes is the size of Pad in bytes.
func PadBytes() int { return padBytes }

// Padded is a variable that shares its lines with nothing, on either side and
// at any address: Go aligns a variable to 8 bytes and promises no more (there is
// no alignas), so only a whole line of padding on each side keeps neighbours
// away for certain. It costs two lines.
//
// For many such variables take [Slots], which aligns them and so needs no more
// than rounds the size up to whole lines.
type Padded[T any] struct {
	_     Pad // keeps Value from whatever lies before
	Value T
	_     Pad // keeps Value from whatever lies behind
}

// Slots is a row of variables, one worker each: each begins on a line, is
// followed by just the padding that fills its last line (none, where its size is a
// multiple of a line already), and shares no line with another or with a
// stranger.
type Slots[T any] struct {
	first  unsafe.Pointer
	stride uintptr
	n      int
	keep   any // what the collector knows the memory by, with the type of its pointers
}

// maxSmallObject is the size over which the Go runtime gives an object pages of its
// own, so that it begins on a page: 32 KiB (internal/runtime/gc.MaxSmallSize).
const maxSmallObject = 32 << 10

// NewSlots returns n zero variables. T may hold pointers. It panics where n is
// negative, as make does.
//
// The alignment is checked, not assumed: the runtime aligns an object to its
// size class, puts an 8-byte header before one with pointers, and promises
// neither. Where a first try is not on a line, a lead of the missing bytes is put
// before it; where that fails the object is made large enough to get pages of
// its own.
func NewSlots[T any](n int) *Slots[T] {
	if n < 0 {
		panic(fmt.Sprintf("cachelines: %d slots", n))
	}
	element := reflect.TypeFor[T]()
	stride := roundUpToLine(element.Size())
	row := reflect.ArrayOf(n, slotType(element, stride))
	lead := uintptr(0)
	for try := 0; ; try++ {
		tail := uintptr(0)
		if try == lastTry {
			lead, tail = 0, maxSmallObject
		}
		memory := reflect.New(reflect.StructOf([]reflect.StructField{
			{Name: "Lead", Type: bytesType(lead)},
			{Name: "Row", Type: row},
			{Name: "Tail", Type: bytesType(tail + 1)}, // so that a pointer past the last slot stays inside
		}))
		first := memory.Elem().Field(1).Addr().UnsafePointer()
		over := uintptr(first) % uintptr(padBytes)
		if over == 0 || try == lastTry {
			return &Slots[T]{first: first, stride: stride, n: n, keep: memory.Interface()}
		}
		lead = (lead + uintptr(padBytes) - over) % uintptr(padBytes)
	}
}

// lastTry bounds the search for a lead: with one the size class may change,
// and with it the offset, once.
const lastTry = 3

// roundUpToLine adds what is missing to a whole line, and a line to nothing.
func roundUpToLine(size uintptr) uintptr {
	const line = uintptr(padBytes)
	return max(line, size+(line-size%line)%line)
}

func slotType(element reflect.Type, stride uintptr) reflect.Type {
	return reflect.StructOf([]reflect.StructField{
		{Name: "Value", Type: element},
		// A struct that ends in a field of no size gets a byte of padding, so
		// there is none where nothing is missing.
		{Name: "Pad", Type: bytesType(stride - element.Size())},
	}[:1+min(1, int(stride-element.Size()))])
}

func bytesType(n uintptr) reflect.Type { return reflect.ArrayOf(int(n), reflect.TypeFor[byte]()) }

// Len is the number of slots.
func (s *Slots[T]) Len() int { return s.n }

// At returns slot i, which must be 0 <= i < Len.
func (s *Slots[T]) At(i int) *T {
	if uint(i) >= uint(s.n) {
		panic(fmt.Sprintf("cachelines: slot %d of %d", i, s.n))
	}
	return (*T)(unsafe.Add(s.first, uintptr(i)*s.stride))
}

// StrideBytes is the distance from one slot to the next, a multiple of
// PadBytes.
func (s *Slots[T]) StrideBytes() int { return int(s.stride) }
