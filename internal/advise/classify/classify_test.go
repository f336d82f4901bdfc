package classify

import (
	"testing"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/names"
	"cachelab/internal/advise/overlay"
	"cachelab/internal/advise/record"
)

// A dump of one line with two words of a struct{a, b uint64} on the heap, each
// used by a goroutine and a P of its own.
func twoWords(falseTransfers, trueTransfers, contended int64) *record.Dump {
	word := &record.Type{ID: 1, Name: "uint64", Kind: "uint64", SizeBytes: 8}
	typ := &record.Type{ID: 2, Name: "m.pair", Package: "m", Kind: "struct", SizeBytes: 16,
		Fields: []record.Field{{Name: "a", Type: word}, {Name: "b", Offset: 8, Type: word}}}
	use := func(offset, p int) *record.Word {
		g := &record.Goroutine{ID: int64(p) + 10}
		return &record.Word{Offset: offset, Size: 8, Counts: record.Counts{Write: 5000},
			Users: []record.User{{Goroutine: g, Writes: 5000}}, Ps: []record.PUse{{P: p, Writes: 5000}},
			Sites: []record.Access{{Stack: record.Stack{{Func: "m.run", File: "/m/m.go", Line: 3 + p}}, Counts: record.Counts{Write: 5000}}}}
	}
	return &record.Dump{LineBytes: 64, Lines: []*record.Line{{
		Addr: 0x1000, Words: []*record.Word{use(0, 0), use(8, 1)},
		Transfers: record.Transfers{False: falseTransfers, True: trueTransfers}, Windows: contended, Contended: contended,
		Moves: []record.Move{{From: 0, To: 1, Count: falseTransfers / 2, False: true}, {From: 1, To: 0, Count: falseTransfers - falseTransfers/2, False: true}},
		Objects: []*record.Object{{Addr: 0x1000, SizeBytes: 16, ClassSize: 16, Type: typ, Count: 1,
			Site: &record.AllocSite{Stack: record.Stack{{Func: "m.new", File: "/m/m.go", Line: 9}}}}},
	}}}
}

func findings(t *testing.T, d *record.Dump) []*finding.Finding {
	t.Helper()
	src := names.NewSource("/m", "/go", []*overlay.Package{{ImportPath: "m", Dir: "/m"}})
	return Findings(d, names.NewNamer(src, nil), Options{LineBytes: 64})
}

func TestTwoFieldsOnALine(t *testing.T) {
	fs := findings(t, twoWords(4000, 10, 50))
	if len(fs) != 1 {
		t.Fatalf("%d findings, want one", len(fs))
	}
	f := fs[0]
	if f.Kind != finding.FalseSharing || f.Cause != finding.Struct || len(f.Words) != 2 || f.Words[0].Name != "pair.a" || f.Words[1].Name != "pair.b" {
		t.Errorf("%s by %s of %v", f.Kind, f.Cause, f.Words)
	}
	if f.Object.Alloc != "m.go:9" || f.Words[1].Sites[0] != "m.go:4" {
		t.Errorf("allocated at %q, b at %q", f.Object.Alloc, f.Words[1].Sites)
	}
}

// What is no finding, and the limit of each.
func TestSilent(t *testing.T) {
	tests := []struct {
		name   string
		change func(d *record.Dump)
	}{
		{"a few transfers", func(d *record.Dump) { *d = *twoWords(minFalse-1, 0, 5) }},
		{"two windows", func(d *record.Dump) { *d = *twoWords(4000, 0, minWindows-1) }},
		{"three transfers a window", func(d *record.Dump) { *d = *twoWords(300, 0, 100) }},
		{"mostly true sharing", func(d *record.Dump) { *d = *twoWords(4000, 5*4000, 50) }},
		{"one goroutine that moved", func(d *record.Dump) {
			l := d.Lines[0]
			l.Words[1].Users[0].Goroutine = l.Words[0].Users[0].Goroutine
		}},
		{"a lock and what it guards", func(d *record.Dump) {
			l := d.Lines[0]
			l.Words[0].Sites[0].Stack = append(record.Stack{{Func: "sync.(*Mutex).Lock"}}, l.Words[0].Sites[0].Stack...)
			l.Words[0].Users = append(l.Words[0].Users, l.Words[1].Users...)
		}},
		{"memory of no object", func(d *record.Dump) { d.Lines[0].Objects = nil }},
	}
	for _, test := range tests {
		d := twoWords(4000, 10, 50)
		test.change(d)
		if fs := findings(t, d); len(fs) > 0 {
			t.Errorf("%s: %s of %s", test.name, fs[0].Kind, fs[0].Words[0].Name)
		}
	}
}

// Many objects of one shape are one finding, with the evidence of all.
func TestEvidenceIsSummed(t *testing.T) {
	d := twoWords(40, 0, 2)
	for i := range 9 {
		more := twoWords(40, 0, 2).Lines[0]
		more.Addr += uint64(64 * (i + 1))
		more.Objects[0].Addr = more.Addr
		more.Objects[0].Site, more.Objects[0].Type = d.Lines[0].Objects[0].Site, d.Lines[0].Objects[0].Type
		d.Lines = append(d.Lines, more)
	}
	if fs := findings(t, d); len(fs) != 1 || fs[0].Lines != 10 || fs[0].Transfers.False != 400 {
		t.Errorf("%d findings, want one of ten lines: %+v", len(fs), fs)
	}
}

// The lines of a table are contended in the same windows, and what counts is
// how often any of them moves: 64 lines that move once a window each cost as
// much as one that moves 64 times.
func TestManyLinesInTheSameWindows(t *testing.T) {
	table := func(together int64) *record.Dump {
		d := twoWords(100, 0, 100)
		for i := range 63 {
			more := twoWords(100, 0, 100).Lines[0]
			more.Addr += uint64(64 * (i + 1))
			more.Objects[0].Addr = more.Addr
			more.Objects[0].Site, more.Objects[0].Type = d.Lines[0].Objects[0].Site, d.Lines[0].Objects[0].Type
			d.Lines = append(d.Lines, more)
		}
		d.Watched.Together = together
		return d
	}
	if fs := findings(t, table(500)); len(fs) != 1 { // 6,400 transfers in 500 windows
		t.Errorf("%d findings, want one", len(fs))
	}
	if fs := findings(t, table(5000)); len(fs) != 0 { // one a window
		t.Errorf("found %s", fs[0].Words[0].Name)
	}
	if fs := findings(t, table(minTogether-1)); len(fs) != 0 { // other programs had the CPUs
		t.Errorf("found %s", fs[0].Words[0].Name)
	}
	merged := table(500) // the same lines, counted as one on memory used again
	merged.Lines = merged.Lines[:1]
	l := merged.Lines[0]
	l.Merged, l.Contended, l.Transfers.False, l.Moves[0].Count, l.Moves[1].Count = 63, 6400, 6400, 3200, 3200
	if fs := findings(t, merged); len(fs) != 1 {
		t.Errorf("%d findings of merged lines, want one", len(fs))
	}
}

// What another alignment would share is no news where it is shared as it is.
func TestSettle(t *testing.T) {
	object := &finding.Object{Type: "m.pair", RType: &record.Type{Package: "m"}}
	other := &finding.Object{Type: "m.list", RType: &record.Type{Package: "m"}}
	fs := Settle([]*finding.Finding{
		{Kind: finding.SharesAtOtherAlignment, Objects: []*finding.Object{object}},
		{Kind: finding.FalseSharing, Objects: []*finding.Object{object}},
		{Kind: finding.SharesAtOtherAlignment, Objects: []*finding.Object{other}},
	})
	if len(fs) != 2 || fs[0].Kind != finding.FalseSharing || fs[1].Objects[0] != other {
		t.Errorf("%d findings are left", len(fs))
	}
}
