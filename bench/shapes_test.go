package bench

import (
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"cachelab/internal/crew"
)

// testListing is the compiler's listing of this package with its tests.
var testListing = sync.OnceValues(func() (string, error) {
	listing, err := exec.Command("go", "test", "-c", "-o", os.DevNull, "-gcflags=-S", ".").CombinedOutput()
	return string(listing), err
})

// codeOf returns the instructions of one function, on amd64 alone: the
// patterns that it is matched with are amd64's.
func codeOf(t *testing.T, function string) []string {
	t.Helper()
	if runtime.GOARCH != "amd64" || crew.RaceDetector {
		t.Skip("the patterns are those of amd64, without the race detector's calls")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no Go toolchain to compile the kernels with")
	}
	listing, err := testListing()
	if err != nil {
		t.Fatalf("go test -c -gcflags=-S: %v\n%s", err, listing)
	}
	var code []string
	inside := false
	for line := range strings.Lines(listing) {
		line = strings.TrimRight(line, "\n")
		if !strings.HasPrefix(line, "\t") {
			inside = strings.HasPrefix(line, "cachelab/bench."+function+" STEXT")
			continue
		}
		if m := listedInstruction.FindStringSubmatch(line); inside && m != nil && !listedPseudo.MatchString(m[1]) {
			code = append(code, m[1])
		}
	}
	if len(code) == 0 {
		t.Fatalf("%s is not in the listing: was it inlined?", function)
	}
	return code
}

var (
	listedInstruction = regexp.MustCompile(`^\t0x[0-9a-f]+ \d+ \([^)]*\)\t(.*)$`)
	listedPseudo      = regexp.MustCompile(`^(TEXT|FUNCDATA|PCDATA|NOP|XCHGL\tAX, AX)`)
)

// shape holds a function to its number of instructions of each pattern, and to
// no call and no failing bounds check.
func shape(t *testing.T, function string, want map[string]int) {
	t.Helper()
	code := codeOf(t, function)
	check := func(pattern string, n int) {
		got := 0
		for _, instruction := range code {
			if regexp.MustCompile(pattern).MatchString(instruction) {
				got++
			}
		}
		if got != n {
			t.Errorf("%s has %d instructions like %q, want %d:\n%s", function, got, pattern, n, strings.Join(code, "\n"))
		}
	}
	for pattern, n := range want {
		check(pattern, n)
	}
	check(`CALL`, 0)
}

const (
	conditionalJump = `^J(NE|EQ|LT|GT|LE|GE|CC|CS|HI|LS|MI|PL)\t`
	countInMemory   = `^(INCQ|ADDQ)\t(.*, )?\([A-Z0-9]+\)`
)

// The talk's slot has a branch a number and the local one has none, though the
// source lines are the same: that is why they cannot be compared as such.
func TestOddsShapes(t *testing.T) {
	// Is there another number; is it odd.
	shape(t, "oddsTalkSlot", map[string]int{conditionalJump: 2, countInMemory: 1})
	// Is there another number.
	shape(t, "oddsFreeSlot", map[string]int{conditionalJump: 1, countInMemory: 1})
	// Are there eight more; is there another. Nine additions of a bit, and the
	// one to memory at the end.
	for _, local := range []string{"oddsTalkLocal", "oddsFreeLocal"} {
		shape(t, local, map[string]int{conditionalJump: 2, countInMemory: 1, `^ANDL\t\$1, `: 9})
	}
}

// Both touch once a round, and work in registers alone.
func TestTouchShapes(t *testing.T) {
	const memory = `\([A-Z0-9]+\)`
	shape(t, "touchWriting", map[string]int{`^LOCK`: 1, `^IMULQ`: 1, `^(MOV|ADD|XADD|INC)[LQ]\t.*` + memory: 1})
	shape(t, "touchReading", map[string]int{`^LOCK|^XCHG`: 0, `^IMULQ`: 1, `^MOVQ\t` + memory: 1, `^MOV[LQ]\t[A-Z0-9]+, ` + memory: 0})
}

// One dependent load a line, and one count in memory that nothing waits for.
func TestWalkChangingShape(t *testing.T) {
	shape(t, "walkChanging", map[string]int{`^MOVQ\t\([A-Z0-9]+\), AX`: 1, `^INCQ\t8\([A-Z0-9]+\)`: 1, conditionalJump: 1})
}

// Eight additions and eight exclusive ors a round, none folded and none in
// memory; eight loads a round, and one in the tail.
func TestSMTShapes(t *testing.T) {
	shape(t, "wideChains", map[string]int{`^(ADDQ|XORQ)\t[A-Z0-9]+, [A-Z0-9]+|^LEAQ\t\([A-Z0-9]+\)\([A-Z0-9]+\*1\)`: 8 + 8 + 7, conditionalJump: 1})
	shape(t, "sumWords", map[string]int{`^(MOVQ|ADDQ)\t[0-9]*\([A-Z0-9]+\)(\([A-Z0-9]+\*8\))?, `: 8 + 1})
}

// Each increment reads the header again, address and length: inside the loop,
// whose entry is the first jump.
func TestElementShapes(t *testing.T) {
	for kernel, count := range map[string]string{"countPlainElement": `^INCQ\t\(`, "countAtomicElement": `^XADDQ|^INCQ\t\(|^ADDQ\t.*, \(`} {
		code := codeOf(t, kernel)
		find := func(pattern string) int { return slices.IndexFunc(code, regexp.MustCompile(pattern).MatchString) }
		entry := find(`^JMP`)
		for _, want := range []string{`^MOVQ\t\(AX\), `, `^(MOVQ|CMPQ)\t8\(AX\), `, count} {
			if at := find(want); entry < 0 || at < entry {
				t.Errorf("%s has nothing like %q in its loop first:\n%s", kernel, want, strings.Join(code, "\n"))
			}
		}
	}
}

// Kernels of the single-threaded lessons that no package of instruments holds: none may check
// bounds or call where another arm does not.
func TestSoloShapes(t *testing.T) {
	// Two increments of memory, merged by nobody.
	shape(t, "incrementBoth", map[string]int{`^INCL\t\([A-Z0-9]+\)`: 2, conditionalJump: 1})
	// Three fields and the link.
	shape(t, "visitRecords", map[string]int{`^(MOVQ|ADDQ)\t\([A-Z0-9]+\)(\([A-Z0-9]+\*1\))?, [A-Z0-9]+$`: 4, conditionalJump: 1})
	// Eight pointers and what they lead to, and one in the tail.
	shape(t, "sumPointed", map[string]int{`^(MOVQ|ADDQ)\t[0-9]*\([A-Z0-9]+\), [A-Z0-9]+$`: 18, conditionalJump: 2})
	// Four products a round, one in the tail, no sum waiting for another's.
	shape(t, "dot", map[string]int{`^MULSD\t`: 5, conditionalJump: 2})
	// Own searches draw by one multiplication and check no bounds. The other two
	// are the library's and the runtime's, as programs call them.
	for _, search := range []string{"findByScan", "findInTree"} {
		shape(t, search, map[string]int{`^IMULQ\t`: 1})
	}
}
