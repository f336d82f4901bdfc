package bench

import (
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"testing"
	"time"
)

var (
	selectFilter = flag.String("lab.select", "*", "run only benchmarks that match this `filter`, in benchstat's -filter syntax")
	listCases    = flag.Bool("lab.list", false, "print the benchmarks that would run, with an estimate of their time in seconds, and end")
	synthetic    = flag.String("lab.synthetic", "", "with -lab.list: list for a machine of this `description`, such as \"pack:2 l3:8 core:8 pu:2\"")
)

// defaultBenchtime is used where -benchtime is not given. Effects here show
// within milliseconds, and many short samples in many passes say more than few
// long ones (trap H2); with the testing package's second for each, the whole
// sweep would take over ten minutes and be killed by go test's own timeout.
const defaultBenchtime = 50 * time.Millisecond

// memoryGuard is where the collector, off for the run, comes back after all:
// the experiments keep their memory outside the Go heap, which stays below a
// few MiB.
const memoryGuard = 1 << 30

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	flag.Parse()
	if *listCases {
		if err := printCases(os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "#", err)
			return 1
		}
		return 0
	}
	if f := flag.Lookup("test.bench"); f.Value.String() == "" {
		return m.Run()
	}
	if err := useDefaultBenchtime(); err != nil {
		fmt.Fprintln(os.Stderr, "#", err)
		return 1
	}
	here, err := hostMachine()
	if err != nil {
		fmt.Fprintln(os.Stderr, "#", err)
		return 1
	}
	printConfiguration(os.Stdout, here)
	openAccounts()
	// No collector and no growth of the heap in a timed part (trap G9).
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(memoryGuard))
	defer dismissCrews()
	defer dropGrounds()
	return m.Run()
}

func useDefaultBenchtime() error {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.benchtime" })
	if given {
		return nil
	}
	return flag.Set("test.benchtime", defaultBenchtime.String())
}

// printConfiguration writes the keys that stay in force for the run: only what
// is stable for a machine, because benchstat makes a table of its own for each
// distinct configuration (traps B1, B2). The testing package adds goos, goarch, pkg
// and cpu.
func printConfiguration(w *os.File, m *machine) {
	fmt.Fprintf(w, "machine: %s\n", m.slug)
	if m.hypervisor != "" {
		fmt.Fprintf(w, "hypervisor: %s\n", m.hypervisor)
	}
	fmt.Fprintf(w, "line: %d\n", m.LineBytes)
	llc := sizeName(m.LLCBytes)
	if m.LLCAssumed {
		llc += ".assumed"
	}
	fmt.Fprintf(w, "llc: %s\n", llc)
	fmt.Fprintf(w, "pages: %s\n", m.pages)
	fmt.Fprintf(w, "pin: %s\n", m.pin)
	fmt.Fprintln(w, "Unit line-bytes assume=exact")
	fmt.Fprintln(w, "Unit count assume=exact")
	fmt.Fprintln(w, "Unit migrations/op better=lower")
}
