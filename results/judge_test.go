package results

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func readString(t *testing.T, text string) *Log {
	t.Helper()
	log, err := ReadLog(strings.NewReader(text), "run.txt")
	if err != nil {
		t.Fatalf("reading %q: %v", text, err)
	}
	return log
}

// passesOf writes a run of n passes; each line may have one %d for the pass.
func passesOf(n int, lines ...string) string {
	var b strings.Builder
	for pass := 1; pass <= n; pass++ {
		fmt.Fprintf(&b, "# pass %d seed 1\n", pass)
		for _, line := range lines {
			if strings.Contains(line, "%d") {
				line = fmt.Sprintf(line, pass)
			}
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

func judgeOne(t *testing.T, text string, c Claim) Verdict {
	t.Helper()
	if c.ID == "" {
		c.ID = "X"
	}
	verdicts, err := Judge(readString(t, text), []Claim{c}, guestLinks, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return verdicts[0]
}

var twoArms = Claim{Slow: ".name:Slow", Fast: ".name:Fast", Threshold: 1.2}

func TestJudge(t *testing.T) {
	check := func(name, text string, c Claim, want Outcome, samples, dropped int, placement, reason string) Verdict {
		t.Helper()
		v := judgeOne(t, text, c)
		if v.Outcome != want || v.Samples != samples || v.Dropped != dropped || v.Placement != placement {
			t.Errorf("%s: got %q, %d samples, %d dropped, placement %q (%s); want %q, %d, %d, %q",
				name, v.Outcome, v.Samples, v.Dropped, v.Placement, v.Reason, want, samples, dropped, placement)
		}
		if (reason == "") != (v.Reason == "") || !strings.Contains(v.Reason, reason) {
			t.Errorf("%s: got reason %q, want %q", name, v.Reason, reason)
		}
		return v
	}
	check("plain", passesOf(8, "BenchmarkSlow-2 1 20%d ns/op", "BenchmarkFast-2 1 10%d ns/op"), twoArms, Holds, 8, 0, "", "")
	check("other way", passesOf(8, "BenchmarkSlow-2 1 10%d ns/op", "BenchmarkFast-2 1 20%d ns/op"), twoArms, Contradicted, 8, 0, "", "")
	measured := twoArms
	measured.Measurement = true
	check("a measurement, other way", passesOf(8, "BenchmarkSlow-2 1 10%d ns/op", "BenchmarkFast-2 1 20%d ns/op"), measured, OtherWay, 8, 0, "", "")
	measured.Kind = Equal
	check("a measurement that is not equal", passesOf(8, "BenchmarkSlow-2 1 20%d ns/op", "BenchmarkFast-2 1 10%d ns/op"), measured, OtherWay, 8, 0, "", "")
	check("no marks", strings.Repeat("BenchmarkSlow-2 1 200 ns/op\nBenchmarkFast-2 1 100 ns/op\n", 8), twoArms, Holds, 8, 0, "", "")
	check("equal", passesOf(6, "BenchmarkSlow-2 1 100 ns/op", "BenchmarkFast-2 1 100 ns/op"), twoArms, NoEffect, 6, 0, "", "")
	check("few", passesOf(5, "BenchmarkSlow-2 1 200 ns/op", "BenchmarkFast-2 1 100 ns/op"), twoArms, Undecided, 5, 0, "", "5 passes, and")
	check("one arm", passesOf(8, "BenchmarkSlow-2 1 200 ns/op"), twoArms, Undecided, 0, 0, "", "the benchmark .name:Fast has no samples")
	check("no arm", passesOf(8, "BenchmarkOther-2 1 200 ns/op"), twoArms, Undecided, 0, 0, "", "the benchmark .name:Slow has no samples")

	skipped := twoArms
	skipped.NotHere = "one CPU"
	check("not here", passesOf(8, "BenchmarkOther-2 1 200 ns/op"), skipped, NotHere, 0, 0, "", "one CPU")
	check("not here, though measured", passesOf(8, "BenchmarkSlow-2 1 20%d ns/op", "BenchmarkFast-2 1 10%d ns/op"), skipped, NotHere, 0, 0, "", "one CPU")

	unit := twoArms
	unit.Unit = "line-bytes"
	exact := "Unit line-bytes assume=exact\n"
	check("exact, one pass", exact+passesOf(1, "BenchmarkSlow-2 1 1 ns/op 128 line-bytes", "BenchmarkFast-2 1 1 ns/op 64 line-bytes"), unit, Holds, 1, 0, "", "")
	at := unit
	at.Threshold = 2
	check("exact, at the threshold", exact+passesOf(1, "BenchmarkSlow-2 1 128 line-bytes", "BenchmarkFast-2 1 64 line-bytes"), at, Holds, 1, 0, "", "")
	for k := 3; k < 100; k++ { // the logarithms of some miss that of the threshold by a bit
		at.Threshold = float64(k)
		line := fmt.Sprintf("BenchmarkSlow-2 1 %d line-bytes", 64*k)
		check(line, exact+passesOf(1, line, "BenchmarkFast-2 1 64 line-bytes"), at, Holds, 1, 0, "", "")
	}
	check("not exact, no spread", passesOf(8, "BenchmarkSlow-2 1 128 line-bytes", "BenchmarkFast-2 1 64 line-bytes"), unit, Holds, 8, 0, "", "")
	check("another unit", passesOf(8, "BenchmarkSlow-2 1 1 ns/op", "BenchmarkFast-2 1 1 ns/op"), unit, Undecided, 0, 8, "", "no sample has a value in line-bytes")
	check("zero has no ratio", passesOf(8, "BenchmarkSlow-2 1 0 ns/op", "BenchmarkFast-2 1 0 ns/op"), twoArms, Undecided, 0, 8, "", "no sample has a value in sec/op")

	untidy := twoArms
	untidy.Unit = "ns/op"
	check("unit as written", passesOf(8, "BenchmarkSlow-2 1 20%d ns/op", "BenchmarkFast-2 1 10%d ns/op"), untidy, Holds, 8, 0, "", "")
}

func TestJudgePlacement(t *testing.T) {
	near := passesOf(8, "BenchmarkSlow-2 1 20%d ns/op 34 link-ns", "BenchmarkFast-2 1 10%d ns/op 35 link-ns")
	v := judgeOne(t, near, twoArms)
	if v.Outcome != Holds || v.Placement != "same L3" || v.Dropped != 0 || len(v.Classes) != 1 || v.Classes[0].Samples != 8 {
		t.Errorf("one class: got %+v", v)
	}

	far := near + `# pass 9 seed 1
BenchmarkSlow-2 1 900 ns/op 118 link-ns
BenchmarkFast-2 1 100 ns/op 116 link-ns
# pass 10 seed 1
BenchmarkSlow-2 1 900 ns/op 118 link-ns
BenchmarkFast-2 1 100 ns/op 35 link-ns
# pass 11 seed 1
BenchmarkSlow-2 1 900 ns/op 60 link-ns 1 link-changed
BenchmarkFast-2 1 100 ns/op 35 link-ns
# pass 12 seed 1
BenchmarkSlow-2 1 200 ns/op 35 link-ns
`
	v = judgeOne(t, far, twoArms)
	if v.Outcome != Holds || v.Placement != "same L3" || v.Samples != 8 || v.Dropped != 3 || v.Ratio.Hi > 2.1 {
		t.Errorf("several classes: got %+v", v)
	}
	if len(v.Classes) != 2 || v.Classes[1].Class != "other L3" || v.Classes[1].Samples != 1 || math.Abs(v.Classes[1].Ratio.Median-9) > 1e-9 {
		t.Errorf("several classes: got classes %+v", v.Classes)
	}
	if want := "3 of 11 passes were left out: 1 at another distance of the two CPUs, 2 without both benchmarks at one distance; samples dropped: the link changed or could not be measured during 1"; v.Reason != want {
		t.Errorf("got reason %q, want %q", v.Reason, want)
	}
	if n := len(v.PassRatios); n != 9 || v.PassRatios[8].Kept || v.PassRatios[8].Class != "other L3" || !v.PassRatios[0].Kept {
		t.Errorf("got pass ratios %+v", v.PassRatios)
	}

	// Samples during which the link changed do not shape the classes.
	v = judgeOne(t, near+strings.Repeat("BenchmarkSlow-2 1 200 ns/op 40 link-ns 1 link-changed\n", 30), twoArms)
	if len(v.Classes) != 1 || v.Classes[0].LinkNS > 35 {
		t.Errorf("changed samples moved the class: %+v", v.Classes)
	}

	// One worker has no link and goes with every class of the other arm.
	solo := passesOf(8, "BenchmarkSlow-2 1 20%d ns/op 34 link-ns", "BenchmarkFast-2 1 10%d ns/op")
	v = judgeOne(t, solo, twoArms)
	if v.Outcome != Holds || v.Placement != "same L3" || v.Samples != 8 {
		t.Errorf("one arm of one worker: got %+v", v)
	}
}

// Several samples of an arm in a pass are one: a fast pass does not outweigh
// the others by having more of them, and one bad sample of three is no pass.
func TestJudgeSeveralSamples(t *testing.T) {
	v := judgeOne(t, passesOf(8,
		"BenchmarkSlow-2 1 100 ns/op", "BenchmarkSlow-2 1 400 ns/op",
		"BenchmarkFast-2 1 100 ns/op", "BenchmarkFast-2 1 900 ns/op", "BenchmarkFast-2 1 100 ns/op"), twoArms)
	if v.Samples != 8 || math.Abs(v.Ratio.Median-2) > 1e-9 {
		t.Errorf("got %d samples and the ratio %v, want 8 and 2, sqrt(100*400)/100", v.Samples, v.Ratio.Median)
	}
}

func TestJudgeFilters(t *testing.T) {
	text := passesOf(1, "BenchmarkSlow/workers=1-2 1 1 ns/op", "BenchmarkSlow/workers=2-2 1 1 ns/op", "BenchmarkFast-2 1 1 ns/op", "BenchmarkFast-4 1 1 ns/op")
	check := func(want string, claims ...Claim) {
		t.Helper()
		_, err := Judge(readString(t, text), claims, nil, Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got error %v, want %q", err, want)
		}
	}
	ok := Claim{ID: "X", Slow: ".name:Slow /workers:1", Fast: ".name:Fast /gomaxprocs:2", Threshold: 1.2}
	if _, err := Judge(readString(t, text), []Claim{ok}, nil, Options{}); err != nil {
		t.Error(err)
	}
	with := func(change func(*Claim)) Claim {
		c := ok
		change(&c)
		return c
	}
	check(`claim X: filter ".name:Slow" selects 2 benchmarks, expected one: BenchmarkSlow/workers=1-2, BenchmarkSlow/workers=2-2`,
		with(func(c *Claim) { c.Slow = ".name:Slow" }))
	check(`selects 2 benchmarks, expected one: BenchmarkFast-2, BenchmarkFast-4`, with(func(c *Claim) { c.Fast = ".name:Fast" }))
	check(`claim X: filter ".name:(": `, with(func(c *Claim) { c.Fast = ".name:(" }))
	check(`claim X: filter ".name:(": `, with(func(c *Claim) { c.Fast, c.NotHere = ".name:(", "no" }))
	check("an empty filter", with(func(c *Claim) { c.Fast = " " }))
	check("claim X: declared twice", ok, ok)
	check("claim number 1 has no id", with(func(c *Claim) { c.ID = "" }))
	check("claim X: threshold 0, expected at least 1.05", with(func(c *Claim) { c.Threshold = 0 }))
	check("claim X: threshold NaN", with(func(c *Claim) { c.Threshold = math.NaN() }))
	check("claim X: threshold 1.2, expected at least 1.5", with(func(c *Claim) { c.Band = 0.5 }))
	check("claim X: band -1", with(func(c *Claim) { c.Band = -1 }))
	check("claim X: kind 9", with(func(c *Claim) { c.Kind = 9 }))
	// All mistakes at once.
	check("\nclaim Y: filter", with(func(c *Claim) { c.Slow = ".name:Slow" }), with(func(c *Claim) { c.ID, c.Fast = "Y", ".name:Fast" }))
}

// Packages may have benchmarks of one name; a filter on pkg tells them apart.
func TestJudgePackages(t *testing.T) {
	text := passesOf(8, "pkg: a", "BenchmarkX-2 1 20%d ns/op", "pkg: b", "BenchmarkX-2 1 10%d ns/op")
	if v := judgeOne(t, text, Claim{Slow: "pkg:a .name:X", Fast: "pkg:b .name:X", Threshold: 1.2}); v.Outcome != Holds || v.Samples != 8 {
		t.Errorf("got %+v", v)
	}
	_, err := Judge(readString(t, text), []Claim{{ID: "X", Slow: ".name:X", Fast: ".name:X", Threshold: 1.2}}, nil, Options{})
	if err == nil || !strings.Contains(err.Error(), "a.BenchmarkX-2, b.BenchmarkX-2") {
		t.Errorf("got %v, want both packages named", err)
	}
}

// The correction counts all claims of the run: what one claim alone would
// decide in six passes, forty cannot.
func TestJudgeCorrects(t *testing.T) {
	var claims []Claim
	var lines []string
	for i := range 40 {
		claims = append(claims, Claim{ID: fmt.Sprint(i), Slow: fmt.Sprintf(".name:S%d", i), Fast: fmt.Sprintf(".name:F%d", i), Threshold: 1.2})
		lines = append(lines, fmt.Sprintf("BenchmarkS%d-2 1 20%%d ns/op", i), fmt.Sprintf("BenchmarkF%d-2 1 10%%d ns/op", i))
	}
	log := readString(t, passesOf(6, lines...))
	verdicts, err := Judge(log, claims, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range verdicts {
		if v.Outcome != Undecided || !strings.Contains(v.Reason, "after correction") || v.MorePasses < 1 || v.MorePasses > 3 {
			t.Errorf("got %q, %d more passes (%s)", v.Outcome, v.MorePasses, v.Reason)
		}
	}
	alone, err := Judge(log, claims[:1], nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if alone[0].Outcome != Holds {
		t.Errorf("alone: got %q (%s)", alone[0].Outcome, alone[0].Reason)
	}
}

func TestFlips(t *testing.T) {
	v := func(id string, o Outcome, placement string) Verdict {
		return Verdict{ID: id, Outcome: o, Placement: placement}
	}
	older := []Verdict{v("a", Holds, ""), v("b", Holds, ""), v("c", Undecided, ""), v("d", Weaker, ""), v("e", Holds, "same L3"), v("f", NoEffect, ""), v("gone", Holds, "")}
	newer := []Verdict{v("new", Holds, ""), v("f", Contradicted, ""), v("a", Holds, ""), v("b", NoEffect, ""), v("c", Contradicted, ""), v("d", Undecided, ""), v("e", Contradicted, "other L3")}
	got := fmt.Sprint(Flips(older, newer))
	if want := "[f: no effect, then contradicted b: holds, then no effect]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if flips := Flips([]Verdict{v("a", NotHere, "")}, []Verdict{v("a", Holds, "")}); len(flips) != 0 {
		t.Errorf("got %v", flips)
	}
}

// Exact answers decide where half of the passes have one, and the others are counted.
func TestExactAnswersNeedHalfOfThePasses(t *testing.T) {
	exact := Claim{ID: "A4", Slow: ".name:Fetch", Fast: ".name:Claimed", Unit: "line-bytes", Kind: Equal}
	run := func(answers int) string {
		text := "Unit line-bytes assume=exact\n"
		for pass := 1; pass <= 12; pass++ {
			text += fmt.Sprintf("# pass %d seed 1\nBenchmarkClaimed-2 1 64 line-bytes\n", pass)
			if pass <= answers {
				text += "BenchmarkFetch-2 1 64 line-bytes\n"
			}
		}
		return text
	}
	for answers, want := range map[int]Outcome{12: Holds, 6: Holds, 5: Undecided, 1: Undecided} {
		v := judgeOne(t, run(answers), exact)
		if v.Outcome != want || v.Samples != answers || v.Dropped != 12-answers {
			t.Errorf("%d of 12 answers: %s, %d samples, %d dropped (%s); want %s", answers, v.Outcome, v.Samples, v.Dropped, v.Reason, want)
		}
	}
}

// Threads that nobody pinned ran on one CPU in some passes and on two in others: the
// verdict is of the commoner state, and the other one is reported with its share.
func TestStatesOfUnpinnedThreads(t *testing.T) {
	text := ""
	for pass := 1; pass <= 12; pass++ {
		fast, cpus := 50, 2
		if pass%3 == 0 {
			fast, cpus = 102, 1
		}
		text += fmt.Sprintf("# pass %d seed 1\nBenchmarkSlow-2 1 100 ns/op\nBenchmarkFast-2 1 %d ns/op %d os-cpus\n", pass, fast, cpus)
	}
	c := twoArms
	c.Threshold = 1.6
	v := judgeOne(t, text, c)
	if v.Outcome != Holds || v.Placement != "on 2 CPUs" || v.Samples != 8 || v.Ratio.Lo < 1.9 {
		t.Errorf("got %s, %s, %d samples, ratio %v", v.Outcome, v.Placement, v.Samples, v.Ratio)
	}
	if len(v.Classes) != 2 || v.Classes[1].Class != "on 1 CPU" || v.Classes[1].Samples != 4 {
		t.Errorf("the states are %+v", v.Classes)
	}
}

// A sample during which a worker was off its CPU is left out, and counted for its arm.
func TestOffCPUSamplesAreLeftOut(t *testing.T) {
	text := ""
	for pass := 1; pass <= 12; pass++ {
		slow := "BenchmarkSlow-2 1 200 ns/op 30 link-ns"
		if pass <= 4 {
			slow = "BenchmarkSlow-2 1 90 ns/op 30 link-ns 0.4 off-cpu"
		}
		text += fmt.Sprintf("# pass %d seed 1\n%s\nBenchmarkFast-2 1 100 ns/op 30 link-ns\n", pass, slow)
	}
	v := judgeOne(t, text, twoArms)
	if v.Outcome != Holds || v.Samples != 8 || v.Dropped != 4 || !strings.Contains(v.Reason, "off its CPU during 4 of the first benchmark and 0 of the second") {
		t.Errorf("got %s, %d samples, %d dropped: %s", v.Outcome, v.Samples, v.Dropped, v.Reason)
	}
	// So is one that took too little time to be told from its start.
	v = judgeOne(t, strings.ReplaceAll(text, "0.4 off-cpu", "1 too-short"), twoArms)
	if v.Outcome != Holds || v.Samples != 8 || v.Dropped != 4 || !strings.Contains(v.Reason, "4 took too little time") {
		t.Errorf("got %s, %d samples, %d dropped: %s", v.Outcome, v.Samples, v.Dropped, v.Reason)
	}
}

// A verdict says who teaches the claim and who measured its reference number. A
// number needs a work of its own, and what somebody teaches is no measurement.
func TestClaimsNameTheirSources(t *testing.T) {
	c := twoArms
	c.Teacher = &Work{Title: "A talk", Place: "12:30", KnownFrom: "notes"}
	c.Reference = &Reference{Value: "2x", By: Work{Title: "A blog"}, Machine: "16 threads", Build: "cc -O0"}
	v := judgeOne(t, passesOf(8, "BenchmarkSlow-2 1 200 ns/op", "BenchmarkFast-2 1 100 ns/op"), c)
	if v.Teacher == nil || v.Teacher.String() != "A talk, 12:30 (known from notes)" {
		t.Errorf("the verdict names the teacher %v", v.Teacher)
	}
	if v.Reference == nil || v.Reference.String() != "2x: A blog, 16 threads, cc -O0" {
		t.Errorf("the verdict has the reference %v", v.Reference)
	}
	for _, wrong := range []Claim{
		{Reference: &Reference{Value: "2x"}},
		{Reference: &Reference{By: Work{Title: "A blog"}}},
		{Measurement: true, Teacher: &Work{Title: "A talk"}},
	} {
		wrong.ID, wrong.Slow, wrong.Fast, wrong.Threshold = "X", twoArms.Slow, twoArms.Fast, 1.2
		if CheckClaims([]Claim{wrong}) == nil {
			t.Errorf("accepted a claim with teacher %v, reference %v, measurement %v", wrong.Teacher, wrong.Reference, wrong.Measurement)
		}
	}
}
