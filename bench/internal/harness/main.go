package harness

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cachelab/bench/claims"
)

var (
	selectFilter = flag.String("lab.select", "*", "run only benchmarks that match this `filter`, in benchstat's -filter syntax")
	listCases    = flag.Bool("lab.list", false, "print the benchmarks that would run, with an estimate of their time in seconds, and end")
	cardFile     = flag.String("lab.card", "", "size experiments by what this machine card `file` measured: machine.json of a run, or what scripts/machine -json prints")
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

// Main is the body of TestMain: it runs the tests and the lessons, and returns the exit code.
func Main(m *testing.M, lessons []Lesson) int {
	flag.Parse()
	if *listCases {
		if err := printCases(os.Stdout, lessons); err != nil {
			fmt.Fprintln(os.Stderr, "#", err)
			return 1
		}
		return 0
	}
	if f := flag.Lookup("test.bench"); f.Value.String() == "" {
		return m.Run()
	}
	if procs := flag.Lookup("test.cpu").Value.String(); procs != "" {
		if strings.Contains(procs, ",") {
			return runEach(strings.Split(procs, ","))
		}
		if n, err := strconv.Atoi(procs); err == nil && n > 0 {
			runtime.GOMAXPROCS(n) // what a benchmark asks for before the testing package has set it
		}
	}
	if err := useDefaultBenchtime(); err != nil {
		fmt.Fprintln(os.Stderr, "#", err)
		return 1
	}
	here, err := HostMachine()
	if err != nil {
		fmt.Fprintln(os.Stderr, "#", err)
		return 1
	}
	printConfiguration(os.Stdout, here)
	for _, before := range beforeRun {
		before()
	}
	// No collector and no growth of the heap in a timed part (trap G9).
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(memoryGuard))
	defer DismissCrews()
	defer dropArenas()
	defer printSkips(os.Stdout)
	return m.Run()
}

// runEach runs this program once for each number of Ps in a list such as "1,2,4".
//
// The testing package would choose a benchmark's cases once, under whichever number it
// used last, and then run them under every number: two spinning workers on one P, or no
// case of two workers at all.
func runEach(procs []string) int {
	program, err := os.Executable()
	if err != nil {
		fmt.Fprintln(os.Stderr, "#", err)
		return 1
	}
	for _, n := range procs {
		// The last of two equal flags counts.
		cmd := exec.Command(program, append(slices.Clone(os.Args[1:]), "-test.cpu="+strings.TrimSpace(n))...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		var exit *exec.ExitError
		switch err := cmd.Run(); {
		case errors.As(err, &exit):
			return max(exit.ExitCode(), 1)
		case err != nil:
			fmt.Fprintln(os.Stderr, "#", err)
			return 1
		}
	}
	return 0
}

// beforeRun is what is done before the first benchmark.
var beforeRun []func()

// BeforeRun registers something to be done before the first benchmark of a process.
func BeforeRun(f func()) { beforeRun = append(beforeRun, f) }

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
// distinct configuration (traps R1, R2). The testing package adds goos, goarch, pkg
// and cpu.
func printConfiguration(w *os.File, m *Machine) {
	fmt.Fprintf(w, "machine: %s\n", m.Slug)
	if m.Hypervisor != "" {
		fmt.Fprintf(w, "hypervisor: %s\n", m.Hypervisor)
	}
	fmt.Fprintf(w, "line: %d\n", m.LineBytes)
	llc := claims.SizeName(m.LLCBytes)
	if m.LLCAssumed {
		llc += ".assumed"
	}
	fmt.Fprintf(w, "llc: %s\n", llc)
	fmt.Fprintf(w, "pages: %s\n", m.Pages)
	fmt.Fprintf(w, "pin: %s\n", m.Pin)
	fmt.Fprintln(w, "Unit line-bytes assume=exact")
	fmt.Fprintln(w, "Unit count assume=exact")
	fmt.Fprintln(w, "Unit migrations/op better=lower")
}
