package bench

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchproc"

	"cachelab/affinity/topology"
	"cachelab/cachelines"
	"cachelab/internal/crew"
)

// bcase is one benchmark: a name of axes and what it runs.
type bcase struct {
	name string // "op=atomic/layout=packed/place=l3/workers=2"
	// extra is the time that one run takes beside the benchtime, for
	// estimates: a chain to write, a set to prepare.
	extra time.Duration
	run   func(b *testing.B)
}

// lessons lists the cases of each benchmark on a machine. A benchmark that is
// not here does not exist for -lab.list and for the test of the claims.
var lessons = []struct {
	benchmark string
	cases     func(m *machine) []bcase
}{
	{"LineSize", lineSizeCases},
	{"Distance", distanceCases},
	{"Link", linkCases},
	{"Counters", counterCases},
	{"Migration", migrationCases},
	{"MigrationCall", migrationCallCases},
	{"Odds", oddsCases},
	{"Conditions", conditionCases},
	{"Readers", readerCases},
	{"Beside", besideCases},
	{"Dirty", dirtyCases},
	{"Swap", swapCases},
	{"Ownership", ownershipCases},
	{"SMT", smtCases},
	{"Contexts", contextCases},
	{"Shutdown", shutdownCases},
	{"Overlap", overlapCases},
	{"Switch", switchCases},
	{"Cold", coldCases},
	{"Ladder", ladderCases},
	{"Neighbours", neighbourCases},
	{"Header", headerCases},
	{"Matrix", matrixCases},
	{"Latency", latencyCases},
	{"Prefetch", prefetchCases},
	{"Walk", walkCases},
	{"Pages", pagesCases},
	{"Search", searchCases},
	{"Calls", callsCases},
	{"Fields", fieldsCases},
	{"Stride", strideCases},
	{"Forward", forwardCases},
	{"Sets", setsCases},
	{"Bandwidth", bandwidthCases},
	{"Product", productCases},
	{"Pointers", pointersCases},
}

// runLesson runs the cases of a benchmark that are selected, in the order of
// -shuffle's seed: the arms of a claim then change places from pass to pass.
func runLesson(b *testing.B, benchmark string) {
	if crew.RaceDetector {
		b.Skip("the race detector changes everything that is measured here")
	}
	here, err := hostMachine()
	if err != nil {
		b.Fatal(err)
	}
	cases, err := selectCases(benchmark, casesOf(benchmark, here))
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
		b.Run(c.name, c.run)
	}
}

func casesOf(benchmark string, m *machine) []bcase {
	for _, l := range lessons {
		if l.benchmark == benchmark {
			return l.cases(m)
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
func selectCases(benchmark string, cases []bcase) ([]bcase, error) {
	filter, err := benchproc.NewFilter(*selectFilter)
	if err != nil {
		return nil, fmt.Errorf("-lab.select: %w", err)
	}
	var kept []bcase
	for _, c := range cases {
		result := &benchfmt.Result{
			Name: benchfmt.Name(benchmark + "/" + c.name), Iters: 1,
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
func printCases(w io.Writer) error {
	m, err := listedMachine()
	if err != nil {
		return err
	}
	if err := useDefaultBenchtime(); err != nil {
		return err
	}
	for _, l := range lessons {
		cases, err := selectCases(l.benchmark, l.cases(m))
		if err != nil {
			return err
		}
		for _, c := range cases {
			fmt.Fprintf(w, "%.4f\t%s/%s\n", estimate(c).Seconds(), l.benchmark, c.name)
		}
	}
	return nil
}

func listedMachine() (*machine, error) {
	if *synthetic == "" {
		return hostMachine()
	}
	topo, err := topology.Synthetic(*synthetic)
	if err != nil {
		return nil, err
	}
	m := newMachine(cachelines.ClaimedBy(topo))
	m.pages, m.pin = "unknown", "verified"
	return m, nil
}

// A case costs more than its benchtime, because the testing package searches
// for the number of operations first: measured here, 2.2 times the benchtime
// plus some 4 ms for the search's small runs.
const (
	searchFactor = 2.2
	searchTime   = 4 * time.Millisecond
)

func estimate(c bcase) time.Duration {
	benchtime, err := time.ParseDuration(flag.Lookup("test.benchtime").Value.String())
	if err != nil { // a fixed count, such as 1x
		benchtime = 0
	}
	return time.Duration(searchFactor*float64(benchtime)) + searchTime + c.extra
}

// crews keeps the crews of earlier cases: starting and pinning threads takes
// longer than a short sample.
var crews = map[string]*station{}

// station is a crew in its place, with the link between its first two workers
// where it has two.
type station struct {
	crew *crew.Crew
	link *crew.Link // nil for one worker, or two on one CPU
}

// crewAt returns the crew of a place, or skips the benchmark with the reason
// why there can be none.
func crewAt(b *testing.B, p place) *station {
	b.Helper()
	key := fmt.Sprint(p.cpus)
	if s, ok := crews[key]; ok {
		return s
	}
	workers, err := crew.New(p.cpus...)
	if err != nil {
		b.Skip(err)
	}
	s := &station{crew: workers}
	pinned := !slices.Contains(p.cpus, crew.Anywhere)
	if pinned && len(p.cpus) > 1 && p.cpus[0] != p.cpus[1] { // one CPU has no link
		if s.link, err = crew.NewLink(workers); err != nil {
			b.Fatal(err)
		}
	}
	crews[key] = s
	b.ResetTimer() // or the first case of a crew takes its start for one long op
	return s
}

func dismissCrews() {
	for _, s := range crews {
		if s.link != nil {
			s.link.Close()
		}
		s.crew.Close()
	}
	clear(crews)
}

// linkNow measures the link of the station's pair, if it has one. Every worker
// must call it, inside a run.
func (s *station) linkNow(w *crew.Worker) float64 {
	if s.link == nil {
		return 0
	}
	return s.link.CAS(w)
}

// reportLink gives a sample its placement: the mean of the link just before and
// just after, and a mark where it changed class in between.
func (s *station) reportLink(b *testing.B, before, after float64) {
	if s.link == nil {
		return
	}
	b.ReportMetric((before+after)/2, "link-ns")
	if crew.LinkChanged(before, after) {
		b.ReportMetric(1, "link-changed")
	}
}

// name joins axes to a benchmark's name: name("op", "cas", "workers", 2).
func name(axes ...any) string {
	var parts []string
	for i := 0; i < len(axes); i += 2 {
		parts = append(parts, fmt.Sprintf("%v=%v", axes[i], axes[i+1]))
	}
	return strings.Join(parts, "/")
}
