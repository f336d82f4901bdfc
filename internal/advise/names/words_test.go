package names

import (
	"os"
	"path/filepath"
	"testing"

	"cachelab/internal/advise/overlay"
	"cachelab/internal/advise/record"
)

const source = `package m

import "sync/atomic"

type Queue[T any] struct {
	capacity uint64
	head     atomic.Uint64
	slots    [4]slot
}

type slot struct{ turn, value uint64 }

var requests, errors atomic.Int64

func run() {
	n := 0
	p := new(int)
	var a, b uint64
	go func() { n++; *p++; a++; b++ }()
}
`

// namer is one over a package m with the source above.
func namer(t *testing.T) (*Namer, string) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "m.go")
	if err := os.WriteFile(file, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	p := &overlay.Package{ImportPath: "m", Dir: dir, Files: []string{file}, Main: true}
	return NewNamer(NewSource(dir, "/go", []*overlay.Package{p}), nil), file
}

var (
	word    = &record.Type{Name: "uint64", Kind: "uint64", SizeBytes: 8}
	integer = &record.Type{Name: "int", Kind: "int", SizeBytes: 8}
	number  = &record.Type{Name: "atomic.Uint64", Package: "sync/atomic", Kind: "struct", SizeBytes: 8, Fields: []record.Field{{Name: "v", Type: word}}}
	slot    = &record.Type{Name: "m.slot", Package: "m", Kind: "struct", SizeBytes: 16, Fields: []record.Field{{Name: "turn", Type: word}, {Name: "value", Offset: 8, Type: word}}}
	slots   = &record.Type{Name: "[4]m.slot", Kind: "array", SizeBytes: 64, Elem: slot, Len: 4}
	queue   = &record.Type{Name: "m.Queue[int]", Package: "m", Kind: "struct", SizeBytes: 80, Fields: []record.Field{{Name: "capacity", Type: word}, {Name: "head", Offset: 8, Type: number}, {Name: "slots", Offset: 16, Type: slots}}}
	lambda  = &record.Type{Name: "struct { F uintptr; X0 *int; X1 *int }", Kind: "struct", SizeBytes: 24, Fields: []record.Field{{Name: "F", Type: word}, {Name: "X0", Offset: 8, Type: word}, {Name: "X1", Offset: 16, Type: word}}}
)

func TestNames(t *testing.T) {
	n, file := namer(t)
	at := func(line int) *record.AllocSite {
		return &record.AllocSite{Stack: record.Stack{{Func: "runtime.newobject", File: "/go/src/runtime/malloc.go", Line: 1}, {Func: "m.run", File: file, Line: line}}}
	}
	tests := []struct {
		object *record.Object
		offset int
		want   string
	}{
		{&record.Object{SizeBytes: 80, Type: queue, Count: 1}, 0, "Queue.capacity"},
		{&record.Object{SizeBytes: 80, Type: queue, Count: 1}, 8, "Queue.head"}, // not head.v: an atomic is one thing
		{&record.Object{SizeBytes: 80, Type: queue, Count: 1}, 16 + 24, "Queue.slots[1].value"},
		{&record.Object{SizeBytes: 64, Type: slot, Count: 4}, 32, "[]slot[2].turn"},
		{&record.Object{SizeBytes: 64, Type: number, Count: 8}, 8, "[]atomic.Uint64[1]"},
		{&record.Object{SizeBytes: 8, Type: integer, Count: 1, Site: at(16)}, 0, "n"},
		{&record.Object{SizeBytes: 8, Type: integer, Count: 1, Site: at(17)}, 0, "new(int)"}, // p points to it
		{&record.Object{SizeBytes: 8, Type: word, Count: 1, Site: at(18)}, 0, "new(uint64)"}, // a or b
		{&record.Object{SizeBytes: 24, Type: lambda, Count: 1, Site: at(19)}, 16, "closure of run, captured variable 2"},
		{&record.Object{SizeBytes: 24}, 16, "?+16"},
	}
	for _, test := range tests {
		test.object.Addr = 0x1000
		w := n.Word(&record.Line{Addr: 0x1000, Objects: []*record.Object{test.object}}, &record.Word{Offset: test.offset, Size: 8})
		if w == nil || w.Name != test.want {
			t.Errorf("%+v at %d: %+v, want %q", test.object, test.offset, w, test.want)
		}
	}
	if w := n.Word(&record.Line{Addr: 0x1000}, &record.Word{}); w != nil {
		t.Errorf("a word of no object is called %q", w.Name)
	}
}

func TestDeclarations(t *testing.T) {
	n, _ := namer(t)
	if d := n.Type(queue); d == nil || d.Pos.Line != 5 || !d.Module {
		t.Errorf("Queue is declared at %+v", d)
	}
	if d := n.Field(slot, "value"); d == nil || d.Pos.Line != 11 || d.Struct != "slot" {
		t.Errorf("value is declared at %+v", d)
	}
	if d := n.Global("m", "errors"); d == nil || d.Pos.Line != 13 {
		t.Errorf("errors is declared at %+v", d)
	}
	if d := n.Global("m", "n"); d != nil {
		t.Errorf("a local variable is taken for a global: %+v", d)
	}
}

func TestPlaces(t *testing.T) {
	n, file := namer(t)
	for path, want := range map[string]string{
		file: "m.go:7",
		"/root/go/pkg/mod/github.com/puzpuzpuz/xsync/v4@v4.4.0/map.go": "xsync@v4.4.0/map.go:7",
		"/elsewhere/x.go": "x.go:7",
	} {
		if got := n.Pos(path, 7); got != want {
			t.Errorf("%s is shown as %s, want %s", path, got, want)
		}
	}
	for sym, want := range map[string][2]string{
		"m.requests":               {"m", "requests"},
		"example.com/a.b/q.total":  {"example.com/a.b/q", "total"},
		"example.com/q%2ev2.total": {"example.com/q.v2", "total"},
	} {
		if pkg, name := splitSymbol(sym); pkg != want[0] || name != want[1] {
			t.Errorf("%s: %s and %s, want %v", sym, pkg, name, want)
		}
	}
}

func TestKindOf(t *testing.T) {
	tests := []struct {
		counts record.Counts
		want   string
	}{
		{record.Counts{Read: 10, Write: 10}, "write"},
		{record.Counts{AtomicLoad: 500, AtomicCAS: 20}, "CAS"},
		{record.Counts{Read: 104000, Write: 2}, "read"}, // written when it was made
		{record.Counts{AtomicLoad: 5}, "load"},
	}
	for _, test := range tests {
		if got := kindOf(test.counts); got != test.want {
			t.Errorf("%+v: %s, want %s", test.counts, got, test.want)
		}
	}
}
