// Package shape lets a test hold a kernel to the machine code that its
// measurement rests on. It reads the compiler's own listing.
package shape

import (
	"fmt"
	"maps"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// Memory matches an operand in memory, addressed by one register.
const Memory = `\([A-Z0-9]+\)`

// Listing is the compiled code of one package.
type Listing struct {
	path string // import path of the package
	code string // the compiler's listing
}

// Compile compiles the package in the test's folder, whose import path is path.
// It skips the test where there is no Go toolchain, and on other machines than
// amd64: the patterns of the callers name its instructions.
func Compile(t *testing.T, path string) *Listing {
	t.Helper()
	if runtime.GOARCH != "amd64" {
		t.Skip("the patterns are amd64's")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no Go toolchain to compile the kernels with")
	}
	listing, err := exec.Command("go", "build", "-gcflags=-S", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("go build -gcflags=-S: %v\n%s", err, listing)
	}
	return &Listing{path: path, code: string(listing)}
}

// Check fails unless the function has exactly so many instructions that match
// each pattern of want, and none that match a forbidden one. No kernel may call
// another function, or check bounds.
func (l *Listing) Check(t *testing.T, function string, want map[string]int, forbidden ...string) {
	t.Helper()
	for _, fault := range l.faults(function, want, forbidden...) {
		t.Error(fault)
	}
}

// faults is what Check has to say.
func (l *Listing) faults(function string, want map[string]int, forbidden ...string) []string {
	code := l.codeOf(function)
	if len(code) == 0 {
		return []string{function + " is not in the listing: was it inlined?"}
	}
	var faults []string
	for pattern, n := range want {
		if got := matches(code, pattern); got != n {
			faults = append(faults, fmt.Sprintf("%s has %d instructions like %q, want %d:\n%s", function, got, pattern, n, strings.Join(code, "\n")))
		}
	}
	for _, pattern := range append(forbidden, `CALL`, `PCDATA.*runtime\.panic`) {
		if got := matches(code, pattern); got != 0 {
			faults = append(faults, fmt.Sprintf("%s has %d instructions like %q, want none:\n%s", function, got, pattern, strings.Join(code, "\n")))
		}
	}
	return faults
}

// Uses counts how often each value of a pattern's group is in the code of a function: the
// registers that it adds up in, for example. The counts are ascending.
func (l *Listing) Uses(function, pattern string) []int {
	times := map[string]int{}
	for _, instruction := range l.codeOf(function) {
		if m := regexp.MustCompile(pattern).FindStringSubmatch(instruction); m != nil {
			times[m[1]]++
		}
	}
	return slices.Sorted(maps.Values(times))
}

// codeOf returns the instructions of one function of the package.
func (l *Listing) codeOf(function string) []string {
	var code []string
	inside := false
	for line := range strings.Lines(l.code) {
		line = strings.TrimRight(line, "\n")
		if !strings.HasPrefix(line, "\t") {
			inside = strings.HasPrefix(line, l.path+"."+function+" STEXT")
			continue
		}
		if m := instruction.FindStringSubmatch(line); inside && m != nil && !pseudo.MatchString(m[1]) {
			code = append(code, m[1])
		}
	}
	return code
}

var (
	instruction = regexp.MustCompile(`^\t0x[0-9a-f]+ \d+ \([^)]*\)\t(.*)$`)
	pseudo      = regexp.MustCompile(`^(TEXT|FUNCDATA|PCDATA|NOP|XCHGL\tAX, AX)`)
)

func matches(code []string, pattern string) int {
	n := 0
	for _, instruction := range code {
		if regexp.MustCompile(pattern).MatchString(instruction) {
			n++
		}
	}
	return n
}
