package advise

import (
	"testing"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/proof"
	"cachelab/internal/advise/record"
)

var (
	eight  = &record.Type{Name: "uint64", Kind: "uint64", SizeBytes: 8}
	pair   = &record.Type{Name: "m.pair", Kind: "struct", SizeBytes: 16, Fields: []record.Field{{Name: "a", Type: eight}, {Name: "b", Offset: 8, Type: eight}}}
	padded = &record.Type{Name: "m.pair", Kind: "struct", SizeBytes: 72, Fields: []record.Field{{Name: "a", Type: eight}, {Name: "b", Offset: 64, Type: eight}}}
)

func TestOffsetOf(t *testing.T) {
	b := []finding.PathElem{{Field: "b"}}
	second := []finding.PathElem{{Index: 1}, {Field: "b"}}
	array := &record.Type{Name: "[2]m.pair", Kind: "array", SizeBytes: 32, Elem: pair}
	tests := []struct {
		t     *record.Type
		path  []finding.PathElem
		slice bool
		want  int64
	}{{pair, b, false, 8}, {padded, b, false, 64}, {pair, second, true, 24}, {padded, second, true, 136}, {array, second, false, 24}}
	for _, test := range tests {
		if got, ok := offsetOf(test.t, test.path, test.slice); !ok || got != test.want {
			t.Errorf("%v in %s: %d, want %d", test.path, test.t.Name, got, test.want)
		}
	}
	if _, ok := offsetOf(pair, second, false); ok {
		t.Error("a struct has elements")
	}
	wrapped := &record.Type{Name: "m.paddedMutex"}
	if !sameType(padded, pair) || !sameType(wrapped, &record.Type{Name: "sync.Mutex"}) || sameType(eight, pair) {
		t.Error("a type with pads is not known again, or another one is")
	}
}

func TestOnOneLineIn(t *testing.T) {
	tests := []struct {
		name      string
		a, b      map[uint64]uint64
		oneObject bool
		want      proof.Placement
	}{
		{"fields together", map[uint64]uint64{0x1000: 0x1000, 0x1038: 0x1038}, map[uint64]uint64{0x1000: 0x1008, 0x1038: 0x1040}, true, proof.Placement{Shared: 1, Objects: 2}},
		{"fields apart", map[uint64]uint64{0x1000: 0x1000}, map[uint64]uint64{0x1000: 0x1040}, true, proof.Placement{Objects: 1}},
		{"neighbours", map[uint64]uint64{0x1000: 0x1000, 0x1020: 0x1020, 0x1080: 0x1080}, map[uint64]uint64{0x1000: 0x1000, 0x1020: 0x1020, 0x1080: 0x1080}, false, proof.Placement{Shared: 2, Objects: 3}},
	}
	for _, test := range tests {
		if got := onOneLineIn(test.a, test.b, test.oneObject); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
