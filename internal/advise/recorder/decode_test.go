package recorder

import (
	"testing"
	"unsafe"

	"cachelab/internal/advise/record"
)

// noNames knows no address.
type noNames struct{}

func (noNames) Frames(uint64) []record.Frame { return nil }
func (noNames) Type(uint64) *record.Type     { return nil }

// file is what a recorder with one shared line leaves.
func file(t testing.TB) []byte {
	t.Helper()
	s := &advState{f: new(advFile), x: new(advPrivate)}
	h := &s.f.header
	h.magic, h.version, h.fileBytes, h.sample, h.end = advMagic, advVersion, uint64(FileBytes), 4, 1e9
	h.ps[0] = 3
	s.fight(0x1000, 1000)
	return unsafe.Slice((*byte)(unsafe.Pointer(s.f)), FileBytes)
}

func TestOpen(t *testing.T) {
	s, err := Open(file(t))
	if err != nil {
		t.Fatal(err)
	}
	d := s.Dump(noNames{})
	if len(d.Lines) != 1 || d.Lines[0].Addr != 0x1000 || d.Lines[0].Transfers.False < 1900 || len(d.Lines[0].Words) != 2 {
		t.Errorf("lines %+v, want one at 0x1000 with two words and about 1996 false transfers", d.Lines)
	}
	if w := d.Lines[0].Words[0]; w.Offset != 8 || w.Counts.AtomicAdd < 990 || len(w.Ps) != 1 {
		t.Errorf("first word %+v, want that of P 1, with whose access the record began", w)
	}
	if d.Watched.CPUs != 2 || d.Watched.Elapsed.Seconds() != 1 || d.Watched.SampleOneIn != 4 || d.Watched.Complete {
		t.Errorf("watched %+v", d.Watched)
	}
	if len(d.Warnings) != 1 {
		t.Errorf("warnings %q, want one: the program did not end by itself", d.Warnings)
	}
}

func TestOpenRefuses(t *testing.T) {
	header := func(change func(*advHeader)) []byte {
		data := file(t)
		change((*advHeader)(unsafe.Pointer(&data[0])))
		return data
	}
	for name, data := range map[string][]byte{
		"empty":         {},
		"cut short":     file(t)[:FileBytes-1],
		"never started": make([]byte, FileBytes),
		"other version": header(func(h *advHeader) { h.version++ }),
		"other size":    header(func(h *advHeader) { h.fileBytes-- }),
	} {
		if _, err := Open(data); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// FuzzOpen changes bytes of a valid file. The recorder may be stopped at any
// instruction, so a reader must live with every content.
func FuzzOpen(f *testing.F) {
	base := file(f)
	records := uint32(unsafe.Offsetof(advFile{}.records))
	f.Add(uint32(0), []byte("no magic"))
	f.Add(records+8, []byte{1, 0, 0, 0, 255, 255, 255, 255})
	f.Add(records+uint32(unsafe.Offsetof(advRecord{}.words)), []byte{1, 255, 255, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255})
	f.Add(records+uint32(unsafe.Offsetof(advRecord{}.proto)), []byte{255, 255, 255, 255, 1, 1, 1, 255, 255, 255, 255})
	data := make([]byte, len(base))
	f.Fuzz(func(t *testing.T, at uint32, patch []byte) {
		copy(data, base)
		copy(data[int(at)%len(data):], patch)
		s, err := Open(data)
		if err != nil {
			return
		}
		s.Addresses()
		for _, l := range s.Dump(noNames{}).Lines {
			for _, m := range l.Moves {
				if m.From >= len(l.Words) || m.To >= len(l.Words) {
					t.Errorf("move %+v of %d words", m, len(l.Words))
				}
			}
		}
	})
}

func TestMemoryBound(t *testing.T) {
	// doc.go and the course name these bounds; a table that grows must say so there.
	const mib = 1 << 20
	if FileBytes > 64*mib || PrivateBytes > 64*mib {
		t.Errorf("%d MiB shared and %d MiB private, more than the 64 MiB each that are promised", FileBytes/mib, PrivateBytes/mib)
	}
}
