package dump

import (
	"fmt"
	"strconv"
	"strings"

	"cachelab/internal/advise/record"
)

// names holds the answers of the recorded program.
type names struct {
	frames map[uint64][]record.Frame
	types  map[uint64]*record.Type
}

func (n *names) Frames(pc uint64) []record.Frame { return n.frames[pc] }
func (n *names) Type(addr uint64) *record.Type   { return n.types[addr] }

// parse reads the lines that recorder/answer.go.txt writes:
//
//	pc     ADDRESS FUNCTION FILE LINE             one for each frame, innermost first
//	type   ADDRESS NAME PACKAGE SIZE ALIGN KIND ELEM LEN
//	field  ADDRESS NAME OFFSET TYPE               after the type that it belongs to
//
// Fields are separated by tabs. The parts of a type come before the type.
func parse(text string) (*names, error) {
	n := &names{map[uint64][]record.Frame{}, map[uint64]*record.Type{}}
	done := map[uint64]bool{} // types that were described before
	for i, line := range strings.Split(text, "\n") {
		if line == "" {
			continue
		}
		f := strings.Split(line, "\t")
		if err := n.line(f, done); err != nil {
			return nil, fmt.Errorf("line %d of the answers: %w", i+1, err)
		}
	}
	return n, nil
}

func (n *names) line(f []string, done map[uint64]bool) error {
	want := map[string]int{"pc": 5, "type": 9, "field": 5}[f[0]]
	if want == 0 || len(f) != want {
		return fmt.Errorf("%q with %d parts is not expected", f[0], len(f))
	}
	num := func(i int) uint64 {
		v, _ := strconv.ParseUint(f[i], 10, 64) // 0 is no address of anything
		return v
	}
	id := num(1)
	switch f[0] {
	case "pc":
		n.frames[id] = append(n.frames[id], record.Frame{Func: f[2], File: f[3], Line: int(num(4))})
	case "type":
		if done[id] = n.types[id] != nil; done[id] {
			return nil
		}
		n.types[id] = &record.Type{ID: id, Name: f[2], Package: f[3], SizeBytes: int64(num(4)), Align: int(num(5)),
			Kind: f[6], Elem: n.types[num(7)], Len: int64(num(8))}
	case "field":
		t := n.types[id]
		if t == nil {
			return fmt.Errorf("a field of a type that was not described")
		}
		if !done[id] {
			t.Fields = append(t.Fields, record.Field{Name: f[2], Offset: int64(num(3)), Type: n.types[num(4)]})
		}
	}
	return nil
}
