package bench

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"cachelab/bench/claims"
	"cachelab/bench/internal/harness"
	"cachelab/internal/crew"
	"cachelab/internal/golden"
)

// The benchmarks of two machines, with the time that each takes to lay out its memory.
// Most sizes, distances and layouts are no claim's arm: an edit that changes one, or
// loses one, shows here and nowhere else.
func TestCasesGolden(t *testing.T) {
	var text strings.Builder
	for _, description := range []string{claims.ExampleMachine, "core:2"} {
		m := syntheticMachine(t, description)
		fmt.Fprintf(&text, "# %s\n", description)
		for _, l := range lessons {
			for _, c := range l.Cases(m) {
				fmt.Fprintf(&text, "%s/%s %v\n", l.Benchmark, c.Name, c.Extra)
			}
		}
	}
	golden.Compare(t, "cases.txt", []byte(text.String()))
}

// quick leaves out sets that take long to lay out, whole instruments, and threads that
// sleep.
const quick = "-/set:(12mib OR 16mib OR 24mib OR 32mib OR 48mib OR 64mib OR 256mib) -.name:LineSize -.name:SMT -.name:Overlap"

// Every benchmark of small sets runs once, and has a result above zero or says why it has
// none. What a benchmark counts and adds up it checks itself.
func TestEveryBenchmarkRuns(t *testing.T) {
	m, err := harness.HostMachine()
	if err != nil || len(m.CPUs) < 2 || m.NoPin != "" || crew.RaceDetector {
		t.Skipf("two workers cannot be pinned here: %v %s", err, m.NoPin)
	}
	out, err := exec.Command(os.Args[0], "-test.run=^$", "-test.bench=.", "-test.benchtime=1x", "-lab.select="+quick).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	said := map[string]string{}
	for line := range strings.Lines(string(out)) {
		line = strings.TrimPrefix(line, "# skipped ")
		if name, rest, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.HasPrefix(name, "Benchmark") {
			name, _, _ = strings.Cut(strings.TrimSuffix(name, ":"), "-")
			said[name] = strings.Join(strings.Fields(rest), " ")
		}
	}
	for _, name := range matching(t, allCases(m), quick) {
		if text := said["Benchmark"+name]; text == "" || strings.HasPrefix(text, "1 0 ns/op") {
			t.Errorf("%s says %q", name, text)
		}
	}
}
