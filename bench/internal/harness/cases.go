package harness

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"

	"cachelab/affinity/topology"
	"cachelab/cachelines/reported"
	"cachelab/internal/crew"
)

// Case is one benchmark: a name of axes and what it runs.
type Case struct {
	Name string // "op=atomic/layout=packed/place=l3/workers=2"
	// Extra is the time that one run takes beside the benchtime, for
	// estimates: a chain to write, a set to prepare.
	Extra time.Duration
	Run   func(b *testing.B)
}

// Lesson is a benchmark and its cases on a machine.
type Lesson struct {
	Benchmark string // "Counters" of BenchmarkCounters
	Cases     func(m *Machine) []Case
}

// Run runs the cases of one of the lessons that are selected, in the order of
// -shuffle's seed: the arms of a claim then change places from pass to pass.
func Run(b *testing.B, lessons []Lesson, benchmark string) {
	if crew.RaceDetector {
		b.Skip("the race detector changes everything that is measured here")
	}
	here, err := HostMachine()
	if err != nil {
		b.Fatal(err)
	}
	cases, err := selectCases(benchmark, casesOf(lessons, benchmark, here))
	if err != nil {
		b.Fatal(err)
	}
	if len(cases) == 0 {
		// A benchmark without sub-benchmarks would be run and reported itself.
		b.Skip("nothing here is selected")
	}
	if seed, on := shuffleSeed(); on {
		rng := rand.New(rand.NewPCG(seed, uint64(len(benchmark))))
		rng.Shuffle(len(cases), func(i, j int) { cases[i], cases[j] = cases[j], cases[i] })
	}
	for _, c := range cases {
		b.Run(c.Name, unspoiled(c.Run))
	}
}

func casesOf(lessons []Lesson, benchmark string, m *Machine) []Case {
	for _, l := range lessons {
		if l.Benchmark == benchmark {
			return l.Cases(m)
		}
	}
	panic("no lesson has Benchmark" + benchmark)
}

// shuffleSeed is the seed that go test -shuffle was given.
func shuffleSeed() (seed uint64, on bool) {
	n, err := strconv.ParseInt(flag.Lookup("test.shuffle").Value.String(), 10, 64)
	return uint64(n), err == nil
}

// selectCases keeps the cases that -lab.select matches.
func selectCases(benchmark string, cases []Case) ([]Case, error) {
	filter, err := benchproc.NewFilter(*selectFilter)
	if err != nil {
		return nil, fmt.Errorf("-lab.select: %w", err)
	}
	var kept []Case
	for _, c := range cases {
		result := &benchfmt.Result{
			Name: benchfmt.Name(benchmark + "/" + c.Name), Iters: 1,
			Values: []benchfmt.Value{{Value: 1, Unit: "sec/op"}},
		}
		if match, err := filter.Match(result); err != nil {
			return nil, fmt.Errorf("-lab.select: %w", err)
		} else if match.Any() {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// printCases lists what would run: seconds, tab, full name.
func printCases(w io.Writer, lessons []Lesson) error {
	m, err := listedMachine()
	if err != nil {
		return err
	}
	if err := useDefaultBenchtime(); err != nil {
		return err
	}
	for _, l := range lessons {
		cases, err := selectCases(l.Benchmark, l.Cases(m))
		if err != nil {
			return err
		}
		for _, c := range cases {
			fmt.Fprintf(w, "%.4f\t%s/%s\n", estimate(c).Seconds(), l.Benchmark, c.Name)
		}
	}
	return nil
}

func listedMachine() (*Machine, error) {
	if *synthetic == "" {
		return HostMachine()
	}
	topo, err := topology.Synthetic(*synthetic)
	if err != nil {
		return nil, err
	}
	m := NewMachine(reported.FromTopology(topo))
	m.Pages, m.Pin = "unknown", "verified"
	return m, nil
}

// A case costs more than its benchtime, because the testing package searches
// for the number of operations first: measured here, 2.2 times the benchtime
// plus some 4 ms for the search's small runs.
const (
	searchFactor = 2.2
	searchTime   = 4 * time.Millisecond
)

func estimate(c Case) time.Duration {
	goal, _ := benchtime() // 0: a fixed count, such as 1x
	return time.Duration(searchFactor*float64(goal)) + searchTime + c.Extra
}

// Name joins axes to a benchmark's name: Name("op", "cas", "workers", 2).
func Name(axes ...any) string {
	var parts []string
	for i := 0; i < len(axes); i += 2 {
		parts = append(parts, fmt.Sprintf("%v=%v", axes[i], axes[i+1]))
	}
	return strings.Join(parts, "/")
}
