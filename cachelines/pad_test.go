package cachelines

import (
	"runtime"
	"testing"
	"unsafe"
)

func TestPaddedKeepsBothSidesApart(t *testing.T) {
	var row [3]Padded[uint64]
	for i := range len(row) - 1 {
		gap := uintptr(unsafe.Pointer(&row[i+1].Value)) - uintptr(unsafe.Pointer(&row[i].Value)) - unsafe.Sizeof(row[i].Value)
		if gap < uintptr(PadBytes()) {
			t.Errorf("gap between Values %d and %d is %d bytes, want a line of %d at least", i, i+1, gap, PadBytes())
		}
	}
	if before := unsafe.Offsetof(row[0].Value); before < uintptr(PadBytes()) {
		t.Errorf("%d bytes before the first Value, want %d", before, PadBytes())
	}
	if behind := unsafe.Sizeof(row[0]) - unsafe.Offsetof(row[0].Value) - unsafe.Sizeof(row[0].Value); behind < uintptr(PadBytes()) {
		t.Errorf("%d bytes behind the last Value, want %d", behind, PadBytes())
	}
}

func TestSlotsLieOnLinesOfTheirOwn(t *testing.T) {
	checkSlots[uint64](t, 7, 1)
	checkSlots[struct{}](t, 3, 1)
	checkSlots[*int](t, 1, 1)
	checkSlots[*int](t, 5, 1)
	checkSlots[struct {
		name string
		next *int
		n    [5]uint64
	}](t, 40, (16+8+40+padBytes-1)/padBytes)
	checkSlots[[2 * padBytes]byte](t, 9, 2)              // already a multiple: nothing is added
	checkSlots[[2*padBytes + 1]byte](t, 2, 3)            // one byte over
	checkSlots[[padBytes / 8]*int](t, 1000, 1)           // pointers, large
	checkSlots[[padBytes / 8]*int](t, 600/padBytes+1, 1) // pointers, over 512 bytes: the malloc header's case
}

func checkSlots[T any](t *testing.T, n, wantLines int) {
	t.Helper()
	s := NewSlots[T](n)
	if s.Len() != n || s.StrideBytes() != wantLines*PadBytes() {
		t.Errorf("%T: %d slots of %d bytes, want %d of %d", *new(T), s.Len(), s.StrideBytes(), n, wantLines*PadBytes())
	}
	for i := range n {
		if over := uintptr(unsafe.Pointer(s.At(i))) % uintptr(PadBytes()); over != 0 {
			t.Errorf("%T: slot %d of %d begins %d bytes into a line", *new(T), i, n, over)
		}
	}
}

func TestSlotsKeepTheirPointersAlive(t *testing.T) {
	s := NewSlots[*[64]int](50)
	for i := range s.Len() {
		*s.At(i) = &[64]int{63: i}
	}
	for range 3 {
		runtime.GC()
		_ = make([]byte, 1<<20) // something that would reuse what was freed
	}
	for i := range s.Len() {
		if got := (*s.At(i))[63]; got != i {
			t.Fatalf("slot %d points at %d after a collection", i, got)
		}
	}
}

func TestSlotsPanicOutside(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("At(2) of 2 slots did not panic")
		}
	}()
	NewSlots[int](2).At(2)
}
