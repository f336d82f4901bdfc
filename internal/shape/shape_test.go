package shape

import (
	"slices"
	"testing"
)

// A part of a listing: one function that adds twice into AX and once into BX, one that
// calls another, and what is no instruction.
const listing = `# p
p.Add STEXT nosplit size=12 args=0x8
	0x0000 00000 (p.go:3)	TEXT	p.Add(SB), NOSPLIT|NOFRAME|ABIInternal, $0-8
	0x0000 00000 (p.go:3)	FUNCDATA	$0, gclocals(SB)
	0x0000 00000 (p.go:4)	ADDQ	(CX), AX
	0x0003 00003 (p.go:5)	ADDQ	(CX), BX
	0x0006 00006 (p.go:6)	ADDQ	(CX), AX
	0x0009 00009 (p.go:7)	XCHGL	AX, AX
	0x000a 00010 (p.go:7)	RET
p.Added STEXT nosplit size=5 args=0x0
	0x0000 00000 (p.go:9)	CALL	p.Add(SB)
`

func TestFaults(t *testing.T) {
	l := &Listing{path: "p", code: listing}
	const add = `^ADDQ`
	for _, c := range []struct {
		function  string
		want      map[string]int
		forbidden []string
		faults    int
	}{
		{"Add", map[string]int{add: 3, `^RET`: 1}, []string{"SUBQ"}, 0},
		{"Add", map[string]int{add: 2}, nil, 1},
		{"Add", map[string]int{add: 4, `^RET`: 0}, nil, 2},
		{"Add", map[string]int{add: 3}, []string{"BX"}, 1},
		{"Added", nil, nil, 1}, // its call
		{"Ad", nil, nil, 1},    // none of this name
	} {
		if got := l.faults(c.function, c.want, c.forbidden...); len(got) != c.faults {
			t.Errorf("%s, %v, none of %q: %d faults, want %d: %q", c.function, c.want, c.forbidden, len(got), c.faults, got)
		}
	}
	if code := l.codeOf("Add"); len(code) != 4 {
		t.Errorf("Add has the instructions %q, want three additions and a return", code)
	}
	if got := l.Uses("Add", `, ([A-Z]+)$`); !slices.Equal(got, []int{1, 2}) {
		t.Errorf("the registers of Add are used %v times, want 1 and 2", got)
	}
}
