package bench

import (
	"fmt"
	"math/bits"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/bench/claims"
	"cachelab/bench/internal/harness"
	"cachelab/cachelines/line"
	"cachelab/cachelines/reported"
	"cachelab/internal/arena"
	"cachelab/internal/chase"
	"cachelab/internal/crew"
)

// These tests hold each benchmark to the sentence that it puts to the test: which arms
// exist, on which CPUs, and what lies where. No test here measures a time.

// hybrid is a machine of four small cores, two over each second level, and of four large
// ones with second levels of their own. CPU 0 is a small one.
func hybrid() *harness.Machine {
	t := &topology.Topology{}
	for id := range 8 {
		kind := topology.Efficiency
		if id >= 4 {
			kind = topology.Performance
		}
		t.CPUs = append(t.CPUs, topology.CPU{ID: id, Core: opt.Some(id), Package: opt.Some(0), Online: true, Allowed: true, Kind: kind})
	}
	cache := func(level, size int, shared ...int) {
		t.Caches = append(t.Caches, topology.Cache{Level: level, Type: topology.Unified, SizeBytes: opt.Some(size), LineBytes: opt.Some(64), CPUs: shared})
	}
	cache(2, 512<<10, 0, 1)
	cache(2, 512<<10, 2, 3)
	for id := 4; id < 8; id++ {
		cache(2, 1<<20, id)
	}
	cache(3, 8<<20, 0, 1, 2, 3, 4, 5, 6, 7)
	return harness.NewMachine(reported.FromTopology(t))
}

// B2, B3, D5, D5b, A5c: one worker alone runs where the first of two runs, on the same
// kind of core, and so does the worker of the lessons of one thread.
func TestSoloRunsOnThePairsFirstCPU(t *testing.T) {
	machines := []*harness.Machine{hybrid()}
	for _, description := range []string{"core:2", "core:1 pu:2", "pack:1 l3:2 core:4 pu:2", "pack:2 l3:4 core:6 pu:2", "core:3"} {
		machines = append(machines, syntheticMachine(t, description))
	}
	for _, m := range machines {
		solo, pair := m.Places(1)[0].CPUs[0], m.NearPairs()[0].CPUs
		if solo != pair[0] || harness.SoloCPU(m) != pair[0] || m.OneCPU().CPUs[0] != pair[0] {
			t.Errorf("%v: alone on CPU %d (lessons of one thread %d, both on one %d), and two on %v",
				m.CPUs, solo, harness.SoloCPU(m), m.OneCPU().CPUs[0], pair)
		}
	}
	if pair := hybrid().NearPairs()[0].CPUs; pair[0] < 4 || pair[1] < 4 {
		t.Errorf("a hybrid's two workers are on CPUs %v, want two of the large cores, 4 to 7", pair)
	}
}

// A3: a sample of computing is longer than the kernel's balancing, whatever it is asked for.
func TestComputingOutlastsBalancing(t *testing.T) {
	const step = time.Microsecond // of compute, at the least: 4096 dependent additions at 4 GHz
	for _, n := range []int{1, 1000, 1 << 20} {
		if all := manyTasks * stepsEach(n, manyTasks); time.Duration(all)*step/2 < 70*time.Millisecond {
			t.Errorf("asked for %d, a sample has %d steps: less than 70 ms on two CPUs", n, all)
		}
	}
	if got := stepsEach(1<<20, manyTasks); got != 1<<20 {
		t.Errorf("asked for 2^20 steps a task makes %d", got)
	}
}

// D2b: one arm touches twice the pages that the last TLB holds, and the other half of them
// or less. Both have as many lines, on as many sets of a cache.
func TestPagesOutrunTheTLB(t *testing.T) {
	const page, lineBytes = 4096, 64
	for _, entries := range []int{0, 1024, 1536, 2048, 4096} {
		m := syntheticMachine(t, claims.ExampleMachine)
		m.TLBPages = entries
		n := m.ManyPages()
		if !slices.Contains(manyNodes(m), n) {
			t.Errorf("no benchmark has the %d nodes of the claim", n)
		}
		held := entries
		if held == 0 {
			held = 4096 // the largest known
		}
		touched := func(layout string) (pages, sets int) {
			inPages, inSets := map[int]bool{}, map[int]bool{}
			for i := range n {
				at := i * pagesStride(layout, lineBytes, page)
				inPages[at/page], inSets[at/lineBytes%64] = true, true
			}
			return len(inPages), len(inSets)
		}
		pages, sets := touched("page")
		fewer, fewerSets := touched("quarter")
		if pages < held*3/2 || fewer > held*3/4 || sets != fewerSets {
			t.Errorf("a TLB of %d entries: %d pages in %d sets against %d in %d, want over and under it and as many sets", held, pages, sets, fewer, fewerSets)
		}
	}
}

// D2c, B6c: one node in each block of 256 bytes, in both arms of each claim, so that no
// prefetcher of neighbours serves one of them.
func TestSparseWalksHaveOneNodeABlock(t *testing.T) {
	m := syntheticMachine(t, claims.ExampleMachine)
	specs := map[string]chase.ChainSpec{}
	for _, w := range prefetchWalks(m) {
		if w.spec.SetBytes == m.Beyond() {
			specs[w.layout+" "+w.op] = w.spec
		}
	}
	for _, arms := range [][2]string{{"block256 random", "block256 pages64"}, {"stride256 page", "stride256 forward"}} {
		a, ok := specs[arms[0]]
		b, both := specs[arms[1]]
		if !ok || !both || a.StrideBytes != 256 || a.StrideBytes != b.StrideBytes || a.SpreadBytes != b.SpreadBytes || a.SetBytes != b.SetBytes {
			t.Errorf("%v: %+v and %+v, want the same nodes, 256 bytes apart", arms, a, b)
		}
	}
	if s := specs["block256 random"].SpreadBytes; s != m.LineBytes {
		t.Errorf("the node of a block is at a multiple of %d bytes of it, want any line", s)
	}
	if s := specs["stride256 page"].SpreadBytes; s != 0 {
		t.Errorf("the nodes of a forward walk are spread by %d bytes, so that no prefetcher can guess them", s)
	}
}

// E6b, E6c: each other task runs as long as its name says, and the claims compare tasks
// of equal time.
func TestOtherTasksRunAsLongAsNamed(t *testing.T) {
	for _, c := range coldTimes {
		_, name, _ := strings.Cut(c.op, ".")
		if d, err := time.ParseDuration(name); err != nil || d != c.away {
			t.Errorf("%s lasts %v", c.op, c.away)
		}
	}
	for _, c := range claims.For(syntheticMachine(t, "core:2").Machine) {
		if c.ID != "E6b" && c.ID != "E6c" {
			continue
		}
		for _, arm := range []string{c.Slow, c.Fast} {
			if !strings.Contains(arm, ".500us ") {
				t.Errorf("%s says 500 µs, and compares %s", c.ID, arm)
			}
		}
	}
}

// E7, E7b, E7c: where the two writers' words lie, and that a worker's own line is also
// tried beside a contended one.
func TestNeighbouringLinesLieAsNamed(t *testing.T) {
	const lineBytes, pairBytes = 64, 128
	for _, c := range []struct {
		op       string
		d        int
		samePair bool
	}{
		{"writers.even", 64, true}, {"writers.even", 128, false}, {"writers.odd", 64, false}, {"writers.odd", 128, false},
		{"contended", 64, true}, {"contended", 128, false}, {"contended", 256, false},
	} {
		first, second := sharedWords(c.op, c.d)
		if second-first != c.d || first/lineBytes == second/lineBytes || (first/pairBytes == second/pairBytes) != c.samePair {
			t.Errorf("%s at %d bytes: words at %d and %d, want two lines, of one aligned pair: %v", c.op, c.d, first, second, c.samePair)
		}
	}
	names := allCases(syntheticMachine(t, "core:2"))
	for _, d := range []int{64, 128, 256} {
		if !slices.Contains(distances(), d) || len(matching(t, names, fmt.Sprintf(".name:Distance /op:contended /dist:%d", d))) != 1 {
			t.Errorf("no contended line is tried at %d bytes", d)
		}
	}
}

// E5: the time of a switch is what is left without the pipe's own calls, part by part.
func TestSwitchTimeIsWithoutTheCalls(t *testing.T) {
	if got := switchTime(5000, 3000, 1); got != 1000 {
		t.Errorf("a round of two switches takes 5000 ns and its calls 3000: a switch of %v ns, want 1000", got)
	}
	for _, rounds := range []int{1, 49, 100, 10_000} {
		if parts, each := switchParts(rounds); parts < 1 || parts > 9 || parts*each < rounds || rounds >= 450 && parts%2 == 0 {
			t.Errorf("%d rounds are %d parts of %d", rounds, parts, each)
		}
	}
}

// E2b: stripes are drawn anew several times a sample, and the median counts.
func TestStripesAreDrawnSeveralTimes(t *testing.T) {
	at := slices.IndexFunc(ladder, func(r rung) bool { return r.name == "xsync" })
	for _, n := range []int{1, 100, 1 << 20} {
		draws, each := ladder[at].split(n)
		if draws < 5 || draws%2 == 0 || each < leastDraw || draws*each < n {
			t.Errorf("%d operations are %d counters of %d each", n, draws, each)
		}
	}
	spans := []crew.Span{{Wall: 9}, {Wall: 1}, {Wall: 5}, {Wall: 100}, {Wall: 2}}
	if got := typicalSpan(spans); got.Wall != 5 {
		t.Errorf("of counters of 1, 2, 5, 9 and 100 ns the typical one has %v", got.Wall)
	}
}

// A7c: of fresh pairs some do not share a line, and how many do is counted: it is a result
// that the allocator could change.
func TestSharingPairsAreCounted(t *testing.T) {
	var words [8]uint64
	turn := 0
	half := neighbourPair{words: func() (*uint64, *uint64, any) {
		turn++
		// A line of 16 bytes holds two words: the first two share one, the others do not.
		return &words[0], &words[turn%2+1], nil
	}}
	base := int(uintptr(unsafe.Pointer(&words[0])) % 16)
	if got := half.sharingPairs(16); base == 0 && got != neighbourSamples/2 {
		t.Errorf("%d of %d pairs share a line, want half", got, neighbourSamples)
	}
	escaped := neighbourPairs[0].sharingPairs(64)
	if escaped == 0 || escaped > neighbourSamples {
		t.Errorf("%d of %d pairs of escaped locals share a line", escaped, neighbourSamples)
	}
}

// B8c: a transfer for each touch is no more than half of the band of 5%.
func TestSeldomTouchesOutlastTheLink(t *testing.T) {
	for _, c := range []struct{ link, multiply float64 }{{30, 1}, {240, 0.75}, {1000, 2}, {0.1, 5}} {
		if work := float64(stepsOf(c.link, c.multiply)) * c.multiply; c.link > 1 && c.link/work > 0.0255 || work == 0 {
			t.Errorf("a link of %v ns: work of %v ns between two touches", c.link, work)
		}
	}
}

// E4, B9d: both arms go over as many bytes.
func TestArmsHaveEqualBytes(t *testing.T) {
	const set, lineBytes = 1 << 20, 64
	values, pointers := integersIn("values", set)*harness.WordBytes, integersIn("inorder", set)*pairBytes
	if values != set || pointers != set || integersIn("shuffled", set)*pairBytes != set {
		t.Errorf("integers take %d bytes, and with their pointers %d, want %d", values, pointers, set)
	}
	scans := scanLayouts(lineBytes)
	if len(scans) != 2 || scans[0].stride != lineBytes || scans[1].stride != harness.WordBytes {
		t.Errorf("scans are %+v", scans)
	}
}

// C3, C3b: a step counts where it is between three quarters and one and a half of the
// reported size, and both sets are on the curve.
func TestStepsAreCloseToTheReportedSize(t *testing.T) {
	m := syntheticMachine(t, claims.ExampleMachine)
	for _, c := range claims.For(m.Machine) {
		size := map[string]int{"C3": m.L1Bytes, "C3b": m.LLCBytes}[c.ID]
		if size == 0 {
			continue
		}
		more, less := "/set:"+claims.SizeName(size*3/2)+" ", "/set:"+claims.SizeName(size*3/4)+" "
		if !strings.Contains(c.Slow, more) || !strings.Contains(c.Fast, less) {
			t.Errorf("%s compares %s with %s, want%s against%s", c.ID, c.Slow, c.Fast, more, less)
		}
	}
}

// A8b: the walk's lines are in no cache, and their translations are known to the CPU
// that walks: its part of the set has fewer pages than a second TLB has entries.
func TestMemoryVisitsStayInOneBlock(t *testing.T) {
	const lineBytes = 64
	mem, err := arena.New(4*visitBlock, arena.Small)
	if err != nil {
		t.Skip(err)
	}
	defer mem.Close()
	spec := visitSpec(0, mem.Size(), lineBytes, 1, true)
	c, err := chase.NewChain(mem, spec)
	if err != nil {
		t.Fatal(err)
	}
	from, to := visitedBlock(int(uintptr(c.Start()) - uintptr(mem.At(0))))
	at, warmed := c.Start(), 0
	for range visitLines {
		offset := int(uintptr(at) - uintptr(mem.At(0)))
		if offset < from || offset >= to {
			t.Fatalf("a line at %d is visited, outside the block from %d to %d", offset, from, to)
		}
		if offset%4096 == 4096-lineBytes {
			warmed++
		}
		at = chase.Walk(at, 1)
	}
	if pages := (to - from) / 4096; pages > 1024 {
		t.Errorf("the visit is of %d pages, more than the smallest second TLB holds, 1024", pages)
	}
	if share := float64(warmed) / visitLines; share > 0.02 {
		t.Errorf("%.3f of the visited lines are read to learn the translations, want 1 of 64 of them", share)
	}
	if spec := visitSpec(0, mem.Size(), lineBytes, 1, false); spec.BlockBytes != 0 {
		t.Errorf("a set that fits a cache is visited in blocks of %d", spec.BlockBytes)
	}
}

// A8b: both arms end on one CPU, since two CPUs may take different times to one memory.
func TestMemoryControlIsOnTheSameCPU(t *testing.T) {
	const home, away = 0, 1
	for move, want := range map[string][2]int{"none": {home, home}, "first": {home, away}, "there": {away, away}} {
		if prepared, walked := ends(move, home, away); prepared != want[0] || walked != want[1] {
			t.Errorf("%s: prepared on CPU %d and walked on %d, want %v", move, prepared, walked, want)
		}
	}
	for _, c := range claims.For(syntheticMachine(t, "core:2").Machine) {
		if c.ID == "A8b" && (!strings.Contains(c.Slow, "/move:first ") || !strings.Contains(c.Fast, "/move:there ")) {
			t.Errorf("A8b compares %s with %s", c.Slow, c.Fast)
		}
	}
}

// What a result line carries beside its time, where a claim needs it: the state of threads
// that nobody pinned (A3), the CPUs of goroutines that wait (E2c), the cycles of a
// product (D6b), and how many pairs share a line (A7c).
func TestResultLinesCarryTheirConditions(t *testing.T) {
	m, err := harness.HostMachine()
	if err != nil || len(m.CPUs) < 2 || m.NoPin != "" || crew.RaceDetector {
		t.Skipf("two workers cannot be pinned here: %v %s", err, m.NoPin)
	}
	out, err := exec.Command(os.Args[0], "-test.run=^$", "-test.bench=.", "-test.benchtime=1x",
		"-lab.select=(.name:Overlap /op:compute.eight /workers:2) OR (.name:Ladder /op:channel /place:os) OR (.name:Product /op:blocked) OR (.name:Neighbours /layout:escaped)").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for benchmark, unit := range map[string]string{"Overlap": "os-cpus", "Ladder": "cpus-used", "Product": "cycles/op", "Neighbours": "one-line-share"} {
		found := false
		for l := range strings.Lines(string(out)) {
			found = found || strings.HasPrefix(l, "Benchmark"+benchmark+"/") && strings.Contains(l, " "+unit)
		}
		if !found {
			t.Errorf("no result of %s has %s:\n%s", benchmark, unit, out)
		}
	}
}

// The strides of C1 and C2 are whole lines and whole integers.
func TestStridesHaveTheClaimsDistances(t *testing.T) {
	for _, lineBytes := range []int{64, 128, 256} {
		for _, want := range []int{4, 64, lineBytes, 2 * lineBytes, 8 * lineBytes} {
			if !slices.Contains(strides(lineBytes), want) {
				t.Errorf("lines of %d bytes: no stride of %d", lineBytes, want)
			}
		}
	}
	for _, n := range searchSizes {
		if n <= 8 || bits.OnesCount(uint(n)) != 1 {
			t.Errorf("%d keys: a Go map of up to 8 scans one group, and places are drawn below powers of two", n)
		}
	}
	if d := line.Distances(); !slices.Contains(d, 64) {
		t.Error("no distance of 64 bytes is swept")
	}
}
