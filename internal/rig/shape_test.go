package rig

import (
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestKernelShapes holds the kernels to the machine code that their
// measurements rest on. It reads the compiler's own listing, on amd64 alone,
// where the mnemonics below are.
func TestKernelShapes(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the patterns below are amd64's")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no Go toolchain to compile the kernels with")
	}
	listing, err := exec.Command("go", "build", "-gcflags=-S", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("go build -gcflags=-S: %v\n%s", err, listing)
	}
	test := func(function string, want map[string]int, forbidden ...string) {
		t.Helper()
		code := codeOf(string(listing), function)
		if len(code) == 0 {
			t.Errorf("%s is not in the listing: was it inlined?", function)
			return
		}
		for pattern, n := range want {
			if got := matches(code, pattern); got != n {
				t.Errorf("%s has %d instructions like %q, want %d:\n%s", function, got, pattern, n, strings.Join(code, "\n"))
			}
		}
		// No kernel may check bounds, call, or reload what it works on.
		for _, pattern := range append(forbidden, `CALL`, `PCDATA.*runtime\.panic`) {
			if got := matches(code, pattern); got != 0 {
				t.Errorf("%s has %d instructions like %q, want none:\n%s", function, got, pattern, strings.Join(code, "\n"))
			}
		}
	}
	const memory = `\([A-Z0-9]+\)`
	// Eight loads a round, each from the register that the one before wrote to,
	// and one in the tail; no store.
	test("Walk", map[string]int{`MOVQ\t` + memory + `, (AX|CX)`: 9}, `MOVQ\t[A-Z0-9]+, `+memory)
	// One read-modify-write on memory, and none of it in a register.
	test("Plain", map[string]int{`INCQ\t` + memory: 1}, `LOCK|XADD`)
	// One store and no load.
	test("Store", map[string]int{`MOVQ\t[A-Z0-9]+, ` + memory: 1}, `LOCK|XCHG`, `MOVQ\t`+memory)
	test("Atomic", map[string]int{`LOCK`: 1, `XADDQ|INCQ\t` + memory + `|ADDQ\t.*` + memory: 1})
	test("CAS", map[string]int{`LOCK`: 1, `CMPXCHGQ`: 1})
	// The count stays in a register; the only memory is the one add at the end.
	test("Local", map[string]int{`LOCK`: 1}, `MOVQ\t`+memory)
	test("Load", map[string]int{`(MOVQ|ADDQ)\t` + memory: 1}, `LOCK|XCHG`)
	test("multiplyChains", map[string]int{`IMULQ`: 8}, memory)
	// Eight steps of one cycle each, none folded into another: an address
	// computation of two registers is an addition, one that scales is two steps.
	test("AddChain", map[string]int{`(ADDQ|XORQ)\t[A-Z]+, [A-Z]+|LEAQ\t\([A-Z]+\)\([A-Z]+\*1\)`: 8}, `MOVQ\t`+memory, `\*[248]\)`)
	// Eight words a round and one in the tail: loads alone, stores alone, both,
	// and both with a multiplication by 3 in between.
	const loadWord, storeWord = `^(MOV|ADD)[LQ]\t\([A-Z0-9]+\)(\([A-Z0-9]+\*1\))?, [A-Z0-9]+$`, `^MOV[LQ]\t[A-Z0-9]+, \([A-Z0-9]+\)`
	test("Sum", map[string]int{loadWord: 9, storeWord: 0})
	test("Fill", map[string]int{loadWord: 0, storeWord: 9})
	test("Copy", map[string]int{loadWord: 5, storeWord: 5})
	test("Triple", map[string]int{loadWord: 9, storeWord: 9, `^LEAL\t\(([A-Z0-9]+)\)\([A-Z0-9]+\*2\)`: 9})
	// A node costs one load of its link, loaded before the value is written, and
	// one write of the value, which nothing keeps in a register.
	test("WalkIncrement", map[string]int{`^MOVQ\t\([A-Z0-9]+\), `: 9, `^INCQ\t8\([A-Z0-9]+\)`: 9})
	test("WalkAddNext", map[string]int{`^MOVQ\t\([A-Z0-9]+\), `: 9, `^(MOVQ|ADDQ)\t[A-Z0-9]+, 8\([A-Z0-9]+\)`: 9})
	test("pingCAS", map[string]int{`LOCK`: 1, `CMPXCHGL`: 1})
	// The wait is a load and the hand-over a plain store: an exchange would make
	// it a second CAS test.
	test("pingLoadStore", map[string]int{`MOVL\t[A-Z0-9]+, ` + memory: 1}, `LOCK|XCHG`)
}

var instruction = regexp.MustCompile(`^\t0x[0-9a-f]+ \d+ \([^)]*\)\t(.*)$`)

// codeOf returns the instructions of one function of the package in a
// compiler's listing.
func codeOf(listing, function string) []string {
	var code []string
	inside := false
	for line := range strings.Lines(listing) {
		line = strings.TrimRight(line, "\n")
		if !strings.HasPrefix(line, "\t") {
			inside = strings.HasPrefix(line, "cachelab/internal/rig."+function+" STEXT")
			continue
		}
		if m := instruction.FindStringSubmatch(line); inside && m != nil && !pseudo.MatchString(m[1]) {
			code = append(code, m[1])
		}
	}
	return code
}

var pseudo = regexp.MustCompile(`^(TEXT|FUNCDATA|PCDATA|NOP|XCHGL\tAX, AX)`)

func matches(code []string, pattern string) int {
	n := 0
	for _, instruction := range code {
		if regexp.MustCompile(pattern).MatchString(instruction) {
			n++
		}
	}
	return n
}
