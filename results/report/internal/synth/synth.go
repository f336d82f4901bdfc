// Package synth is the made-up machine and run that the tests of the report
// share, with their helpers.
package synth

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/affinity/topology"
	"cachelab/cachelines/card"
	"cachelab/results"
	"cachelab/results/benchlog"
	"cachelab/results/report/view"
)

// BigMachine is two sockets with 192 CPUs and many links, of which a card must
// make one screen.
func BigMachine() *card.Machine {
	m := Machine()
	m.CPUs, m.Caches, m.Links, m.Warnings = nil, nil, nil, nil
	for i := range 192 {
		m.CPUs = append(m.CPUs, card.CPU{ID: i, Core: opt.Some(i / 2), Package: opt.Some(i / 96), Node: opt.Some(i / 96), Allowed: i < 100})
		if i%2 == 0 {
			m.Caches = append(m.Caches, card.Cache{Level: 1, Type: topology.Data, SizeBytes: opt.Some(48 << 10), LineBytes: opt.Some(64), CPUs: []int{i, i + 1}, Source: "sysfs"})
		}
	}
	for i := range 40 {
		claimed := []string{"same core", "same L3", "other package"}[i%3]
		m.Links = append(m.Links, card.Link{From: 0, To: i + 1, Reported: claimed, CASNS: float64(10 + 40*(i%3) + i), LoadStoreNS: 60, Classes: []card.LinkClass{{Class: claimed, Share: 1, CASNS: 40, LoadStoreNS: 60, MultiplyRatio: 2}}})
	}
	return m
}

// Machine is a two-CPU guest like the one in TRAPS H1 and H2: it claims
// 32 MiB of last level and one L3, and is measured to be something else.
func Machine() *card.Machine {
	some := opt.Some[int]
	cache := func(level int, typ topology.CacheType, size, ways int, cpus []int, m *card.MeasuredCache) card.Cache {
		return card.Cache{Level: level, Type: typ, SizeBytes: some(size), LineBytes: some(64), Ways: some(ways), CPUs: cpus, Source: "sysfs", Measured: m}
	}
	l1 := &card.MeasuredCache{SizeBytes: some(32 << 10), SizeLo: some(31 << 10), SizeHi: some(33 << 10), LatencyNS: 1.09, Cycles: opt.Some(4.0), Ways: some(8), Confidence: 0.99}
	l2 := &card.MeasuredCache{SizeBytes: some(1 << 20), SizeLo: some(960 << 10), SizeHi: some(1100 << 10), LatencyNS: 3.81, Cycles: opt.Some(14.0), Confidence: 0.97}
	l3 := &card.MeasuredCache{SizeBytes: some(4 << 20), SizeLo: some(3 << 20), SizeHi: some(6 << 20), LatencyNS: 16.2, Cycles: opt.Some(59.5), Confidence: 0.71}
	return &card.Machine{
		CPU: card.CPUIdentity{Name: "AMD EPYC 9B14", Vendor: "AuthenticAMD", Arch: "amd64", Hypervisor: "KVM"},
		OS:  "linux", Go: "go1.26.8", GOMAXPROCS: 2,
		CPUs: []card.CPU{
			{ID: 0, Core: some(0), Package: some(0), Node: some(0), Allowed: true},
			{ID: 1, Core: some(1), Package: some(0), Node: some(0), Allowed: true},
		},
		Caches: []card.Cache{
			cache(1, topology.Data, 32<<10, 8, []int{0}, l1), cache(1, topology.Data, 32<<10, 8, []int{1}, l1),
			cache(1, topology.Instruction, 32<<10, 8, []int{0}, nil), cache(1, topology.Instruction, 32<<10, 8, []int{1}, nil),
			cache(2, topology.Unified, 1<<20, 8, []int{0}, l2), cache(2, topology.Unified, 1<<20, 8, []int{1}, l2),
			cache(3, topology.Unified, 32<<20, 16, []int{0, 1}, l3),
		},
		Translation: []card.Translation{
			{Pages: "small", PageBytes: some(4096), StepBytes: 4096, Levels: []card.MeasuredTLB{
				{Entries: some(72), EntriesLo: 68, EntriesHi: 75, ReachBytes: some(72 << 12), CostNS: opt.Some(1.94), Cycles: opt.Some(7.1), Confidence: 0.97},
				{EntriesLo: 2410, EntriesHi: 3980, Confidence: 0.31},
			}},
			{Pages: "huge", PageBytes: some(2 << 20), StepBytes: 4096, FreeBytes: some(24 << 20), Splintered: opt.Some(false), Levels: []card.MeasuredTLB{}},
		},
		Line: card.Line{
			Reported:     []card.LineReport{{Source: "sysfs", Bytes: 64}, {Source: "cpuid", Bytes: 64}, {Source: "cpu.CacheLinePad", Bytes: 64}},
			Fetch:        &card.LineSize{Bytes: some(64), Candidates: []int{64}, Confidence: 0.99, Samples: 240, Methods: []card.LineMethod{{Name: "touch", Candidates: []int{64}, Confidence: 0.99}, {Name: "cross", Candidates: []int{64}, Confidence: 0.98}}},
			Interference: &card.LineSize{Bytes: some(64), Candidates: []int{64}, Confidence: 0.97, Samples: 180, Methods: []card.LineMethod{{Name: "writers", Candidates: []int{64}, Confidence: 0.97}, {Name: "beside", Candidates: []int{64, 128}, Confidence: 0.6}}, NextLine: &card.NextLine{SamePair: 1.01, AcrossPair: 1.00}},
			PadBytes:     64,
		},
		Links: []card.Link{{From: 0, To: 1, Reported: "same L3", CASNS: 34.5, CASP10: 31, CASP90: 38, LoadStoreNS: 50, Samples: 2002, Changed: 0.034, Classes: []card.LinkClass{
			{Class: "same L3", Share: 0.86, CASNS: 34.5, LoadStoreNS: 50, MultiplyRatio: 2},
			{Class: "other L3", Share: 0.077, CASNS: 116, LoadStoreNS: 179, MultiplyRatio: 1.94},
			{Class: "same core", Share: 0.027, CASNS: 16, LoadStoreNS: 35, MultiplyRatio: 1.16},
		}}},
		Warnings: []card.Warning{
			{Kind: card.LLCSmaller, Text: "the guest claims one L3 of 32 MiB for CPUs 0 and 1, and timing finds 3 to 6 MiB: experiments sized by the claim measure memory"},
			{Kind: card.LinkDiffers, Text: "claimed: two cores of one L3; measured: at times siblings, at times two L3s; results of two-worker experiments are mixtures"},
		},
		Volatile: &card.Volatile{Date: "2026-11-24T03:18:40Z", Commit: "935828b", Kernel: "6.1.0", Load1: opt.Some(0.12), StealShare: opt.Some(0.004), HugePages: "madvise", PageBytes: 4096,
			Passes: []card.PassFacts{
				{Pass: 1, Seed: 7411, Seconds: 14.2, StealShare: opt.Some(0.002), Load1: opt.Some(0.12)},
				{Pass: 2, Seed: 1893, Seconds: 14.4, StealShare: opt.Some(0.03), Throttled: opt.Some(0.0), Load1: opt.Some(0.95)},
			}},
	}
}

// Verdicts has each of the six verdicts, and Equal claims.
func Verdicts() *results.Verdicts {
	f := func(v float64) *float64 { return &v }
	iv := func(m, lo, hi float64) *results.Interval { return &results.Interval{Median: m, Lo: lo, Hi: hi} }
	return &results.Verdicts{Machine: "epyc9b14-kvm", Passes: 12, Verdicts: []results.Verdict{
		{ID: "A7", Claim: "neighbouring counters of two workers are slower than padded ones", Source: "course notes", Outcome: results.Holds, Threshold: f(1.2), Ratio: iv(4.12, 4.02, 4.20), P: f(0.00002), PHolm: f(0.00012), Samples: 11, Dropped: 1, Placement: "same L3",
			Reason: "1 pass dropped: measured in class other L3", Classes: []results.ClassVerdict{{Class: "same L3", LinkNS: 34.5, Ratio: *iv(4.12, 4.02, 4.20), Samples: 11}, {Class: "other L3", LinkNS: 116, Ratio: *iv(3.3, 3.3, 3.3), Samples: 1}}},
		{ID: "C6", Title: "workers on neighbouring words are slower", Claim: "four workers on words 0 to 3 of one line are slower than on words a line apart, with plain increments as much as with atomic ones", Source: "Ostrovsky, gallery, example 6", Outcome: results.Weaker, Threshold: f(1.5), Ratio: iv(1.31, 1.22, 1.40), P: f(0.002), PHolm: f(0.008), Samples: 12, Placement: "same L3"},
		{ID: "E7", Claim: "a pad of 64 bytes does as well as one of 128", Source: "Sutter; folly; crossbeam", Outcome: results.Holds, Ratio: iv(1.003, 0.991, 1.012), P: f(0.6), PHolm: f(1), Samples: 12, Placement: "same L3"},
		{ID: "D7", Claim: "plain increments on one line cost more than on own lines", Source: "Drepper, figures 6.10 and 6.11", Outcome: results.NoEffect, Threshold: f(1.2), Ratio: iv(1.01, 0.98, 1.04), P: f(0.4), PHolm: f(1), Samples: 12, Placement: "same L3"},
		{ID: "A8", Claim: "a migrated thread has all its lines moved", Source: "course notes", Outcome: results.Undecided, Threshold: f(1.1), Ratio: iv(1.18, 0.97, 1.52), P: f(0.08), PHolm: f(0.24), Samples: 12, Placement: "same L3", Reason: "the interval is too wide; about 9 more passes would decide", MorePasses: 9},
		{ID: "B1", Claim: "the traversal order of a matrix decides its speed", Source: "Meyers, 10:20", Outcome: results.Contradicted, Threshold: f(1.2), Ratio: iv(0.82, 0.79, 0.86), P: f(0.0001), PHolm: f(0.0005), Samples: 12},
		{ID: "A11", Claim: "Hyper-Threading works on more than one thread at a time", Source: "course notes", Outcome: results.NotHere, Threshold: f(1.1), Reason: "no two CPUs claim to be siblings of one core"},
	}}
}

// RunText writes a run of the given passes in the lab's format: every
// benchmark family that a figure draws, with noise, drift and a change of
// placement in passes 4 and 5. The same seed gives the same bytes.
func RunText(passes int) string {
	r := rand.New(rand.NewPCG(1, 2)) // any fixed seed: the goldens depend on it
	noise := func(v float64) float64 { return v * math.Exp(0.03*r.NormFloat64()) }
	var b strings.Builder
	b.WriteString("machine: epyc9b14-kvm\ncpu: AMD EPYC 9B14\nhypervisor: KVM\nline: 64\n")
	for pass := 1; pass <= passes; pass++ {
		fmt.Fprintf(&b, "# pass %d seed %d\n", pass, 1000+pass)
		link, slow := 34.5, 1.0
		switch pass {
		case 4:
			link, slow = 116, 3
		case 5:
			link, slow = 16, 0.6
		}
		line := func(name string, ns float64, more string) {
			fmt.Fprintf(&b, "Benchmark%s-2 \t 1000 \t %.4g ns/op%s\n", name, noise(ns), more)
		}
		withLink := func() string {
			s := fmt.Sprintf(" \t %.4g link-ns", noise(link))
			if r.Float64() < 0.02 {
				s = fmt.Sprintf(" \t %.4g link-ns \t 1 link-changed", noise(link*1.8))
			}
			return s
		}
		cost := map[string]float64{"plain": 0.3, "store": 0.3, "atomic": 2, "cas": 3.1, "mutex": 9}
		for _, op := range []string{"plain", "store", "atomic", "cas", "mutex"} {
			for _, layout := range []string{"shared", "packed", "pad64", "pad128", "local"} {
				base := cost[op]
				line(fmt.Sprintf("Counters/op=%s/layout=%s/place=solo/workers=1", op, layout), base, "")
				factor := map[string]float64{"shared": 7, "packed": 4.1, "pad64": 1, "pad128": 1, "local": 0.95}[layout]
				if factor > 1 {
					factor *= slow
				}
				line(fmt.Sprintf("Counters/op=%s/layout=%s/place=l3/workers=2", op, layout), base*factor, withLink())
				line(fmt.Sprintf("Counters/op=%s/layout=%s/place=os/workers=2", op, layout), base*factor*1.1, withLink())
			}
		}
		for d := 8; d <= 512; d += 8 {
			if d > 160 && d%32 != 0 {
				continue
			}
			touch, cross, write := 2.0, 21.0, 31.0
			if d >= 64 {
				touch, write = 19, 6
			}
			if d%64 == 56 {
				cross = 27
			}
			line(fmt.Sprintf("Distance/op=touch/dist=%d", d), touch, "")
			line(fmt.Sprintf("Distance/op=cross/dist=%d", d), cross, "")
			line(fmt.Sprintf("Distance/op=writers.even/dist=%d", d), write, withLink())
			line(fmt.Sprintf("Distance/op=writers.odd/dist=%d", d), write, withLink())
			line(fmt.Sprintf("Distance/op=beside/dist=%d", d), write*0.4, withLink())
		}
		for kib := 4; kib <= 65536; kib *= 2 {
			set := fmt.Sprintf("%dkib", kib)
			if kib >= 1024 {
				set = fmt.Sprintf("%dmib", kib/1024)
			}
			none := 1.2
			switch {
			case kib > 4096:
				none = 100
			case kib > 1024:
				none = 16
			case kib > 32:
				none = 4
			}
			extra := 14 / (1 + math.Pow(float64(kib)/1200, 3))
			for _, op := range []string{"clean", "dirty"} {
				gains := []float64{0, 1, 0.9}
				if op == "clean" {
					gains = []float64{0, 0.8, 0.1}
				}
				for i, move := range []string{"none", "first", "return"} {
					line(fmt.Sprintf("Migration/op=%s/set=%s/move=%s/place=l3/workers=1", op, set, move), none+gains[i]*extra, "")
				}
			}
			huge, small := none, none
			if kib > 256 {
				small = huge*1.3 + 8
			}
			line(fmt.Sprintf("Latency/op=random/set=%s/pages=huge", set), huge, "")
			line(fmt.Sprintf("Latency/op=random/set=%s/pages=4k", set), small, "")
			line(fmt.Sprintf("Latency/op=page/set=%s/pages=4k", set), huge*1.05, "")
		}
	}
	return b.String()
}

// Log is synthRun as read.
func Log(t *testing.T, passes int) *results.Log {
	t.Helper()
	log, err := benchlog.Read(strings.NewReader(RunText(passes)), "run.txt")
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// Input is a complete run of 5 passes, whose placement changes in the
// last two.
func Input(t *testing.T) view.Input {
	t.Helper()
	return view.Input{Name: "epyc9b14-kvm", Machine: Machine(), Log: Log(t, 5), Verdicts: Verdicts(), Command: "go run ./scripts/lab -passes 5"}
}

// Inputs is a guest, a machine that was interrupted before it was judged,
// and the guest again with other results.
func Inputs(t *testing.T) []view.Input {
	t.Helper()
	again := Input(t)
	again.Verdicts = Verdicts()
	again.Verdicts.Verdicts = again.Verdicts.Verdicts[:3]
	again.Verdicts.Verdicts[1].Outcome = results.Undecided
	again.Verdicts.Verdicts[1].Ratio = &results.Interval{Median: 1.22, Lo: 0.9, Hi: 1.6}
	return []view.Input{Input(t), {Name: "m2-ultra", Log: Log(t, 3)}, again}
}
