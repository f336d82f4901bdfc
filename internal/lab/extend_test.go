package lab

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cachelab/results"
	"cachelab/results/rundir"
)

// ids are the claims of the next passes.
func (e extra) ids() string {
	var out []string
	for _, c := range e.claims {
		out = append(out, c.ID)
	}
	return strings.Join(out, " ")
}

func TestNextExtra(t *testing.T) {
	claim := func(id string, more int, seconds float64) open {
		return open{claim: results.Claim{ID: id, First: id[0] == 'F'}, more: more, seconds: seconds}
	}
	check := func(name string, of []open, left, grace float64, wantIDs string, wantPasses int) {
		t.Helper()
		got := nextExtra(of, 12, left, grace)
		if got.ids() != wantIDs || got.passes != wantPasses {
			t.Errorf("%s: %d passes of %q, want %d of %q", name, got.passes, got.ids(), wantPasses, wantIDs)
		}
	}
	check("nothing is open", nil, 60, 10, "", 0)
	check("no number of passes decides", []open{claim("A", 0, 1), claim("F", 0, 1)}, 60, 10, "", 0)
	check("all have the time", []open{claim("A", 20, 0.5), claim("B", 5, 0.5), claim("F", 8, 1)}, 60, 0, "F B A", 5)
	check("the cheap ones first", []open{claim("A", 100, 1), claim("B", 10, 1), claim("C", 20, 1)}, 40, 0, "B C", 10)
	check("the first screen before all", []open{claim("A", 5, 1), claim("F", 30, 1)}, 32, 0, "F", 30)
	check("the first screen takes the grace", []open{claim("A", 5, 1), claim("F", 12, 1)}, 2, 11, "F", 12)
	check("but no other claim", []open{claim("A", 5, 1)}, 2, 11, "", 0)
	check("what is left where it is too short for the first screen", []open{claim("F", 60, 1)}, 20, 5, "F", 25)
	check("a rough estimate is tried", []open{claim("A", 30, 1)}, 20, 0, "A", 20)
	check("a hopeless one is not", []open{claim("A", 300, 1)}, 20, 0, "", 0)
	check("looks are some passes apart", []open{claim("A", 1, 0.1), claim("B", 30, 0.1)}, 20, 0, "A B", 4)
	if got := nextExtra([]open{claim("A", 1, 0.1)}, 60, 20, 0); got.passes != 15 {
		t.Errorf("after 60 passes the next look comes after %d more, want 15", got.passes)
	}
	check("over the time", []open{claim("F", 3, 1)}, -12, 11, "", 0)
}

// Only undecided claims are open, and a pass of one costs what its own benchmarks take. A
// claim of the first screen with few samples, and at the first look one without a ratio,
// get a try where no number of passes is known to decide: what so few samples say of the
// passes that are missing is chance.
func TestOpenClaims(t *testing.T) {
	ratio := &results.Interval{}
	verdict := func(id string, outcome results.Outcome, more, samples int, ratio *results.Interval) results.Verdict {
		return results.Verdict{ID: id, Outcome: outcome, MorePasses: more, Samples: samples, Ratio: ratio, Benchmarks: []string{"Benchmark" + id + "/arm=slow-2", "Benchmark" + id + "/arm=fast-2"}}
	}
	verdicts := []results.Verdict{
		verdict("A", results.Holds, 9, 12, ratio),
		verdict("B", results.Undecided, 5, 12, ratio),
		verdict("C", results.Undecided, 0, roughBelow-1, ratio),
		verdict("D", results.Undecided, 0, 12, nil),
		verdict("F", results.Undecided, 0, roughBelow-1, ratio),
		verdict("G", results.Undecided, 0, roughBelow, ratio),
	}
	var m measurement
	m.lab, m.journal = &lab{plan: &plan{}}, &rundir.Journal{Looks: []int{12}}
	for _, v := range verdicts {
		m.claims = append(m.claims, results.Claim{ID: v.ID, First: v.ID == "F" || v.ID == "G"})
		m.plan.cases = append(m.plan.cases, listed{v.ID + "/arm=slow", 0.5}, listed{v.ID + "/arm=fast", 0.25})
	}
	check := func(when string, want map[string]int) {
		t.Helper()
		got := m.open(verdicts)
		if len(got) != len(want) {
			t.Errorf("%s: %d claims are open, want %d", when, len(got), len(want))
		}
		for _, o := range got {
			if more, ok := want[o.claim.ID]; !ok || o.more != more || o.seconds != passOverhead+0.75 {
				t.Errorf("%s: %s gets %d passes of %v s, want %d of %v", when, o.claim.ID, o.more, o.seconds, more, passOverhead+0.75)
			}
		}
	}
	check("at the first look", map[string]int{"B": 5, "C": 0, "D": unknownMore, "F": unknownMore, "G": 0})
	m.journal.Looks = []int{12, 16}
	check("later", map[string]int{"B": 5, "C": 0, "D": 0, "F": unknownMore, "G": 0})
}

// Slow first passes leave the first screen's claims their grace, and the others nothing.
func TestExtraEnd(t *testing.T) {
	p, began := &plan{until: 2 * time.Minute}, time.Now()
	for _, took := range []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute} {
		if got, want := p.extraEnd(began, began.Add(took)).Sub(began), max(took, p.until); got != want {
			t.Errorf("after %v they end at %v, want %v", took, got, want)
		}
	}
}

// No further pass begins when the time is over.
func TestExtraPassesEndWithTheTime(t *testing.T) {
	m := &measurement{lab: &lab{say: newProgress(io.Discard), plan: &plan{}}, journal: &rundir.Journal{}}
	if err := m.extraPasses(t.Context(), casesPlan{}, 3, time.Now().Add(-time.Second)); err != nil || len(m.journal.Passes) != 0 {
		t.Errorf("%d passes after the time was over, %v", len(m.journal.Passes), err)
	}
}

func TestPlainName(t *testing.T) {
	for full, want := range map[string]string{"BenchmarkA/op=x-2": "A/op=x", "BenchmarkA/op=x-y": "A/op=x-y", "A": "A"} {
		if got := plainName(full); got != want {
			t.Errorf("%q: %q, want %q", full, got, want)
		}
	}
}

// A claim that is undecided for want of passes gets them, in several looks that the
// folder records; judged again from the folder alone it has the same verdict.
func TestLabDecidesInTime(t *testing.T) {
	pairHere(t)
	t.Setenv(fakeCount, filepath.Join(t.TempDir(), "count"))
	dir := filepath.Join(t.TempDir(), "run")
	code, _, stderr := runLab(t, t.Context(), "noisy", "-only", "E7", "-out", dir)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	journal, err := rundir.ReadJournal(dir)
	if err != nil {
		t.Fatal(err)
	}
	verdicts, err := rundir.ReadVerdictsFile(filepath.Join(dir, rundir.VerdictsName))
	if err != nil {
		t.Fatal(err)
	}
	v := verdicts.Verdicts[0]
	if v.Outcome != results.Holds || v.Look < 2 || len(journal.Looks) == 0 || journal.Looks[0] != defaultPasses || journal.Kept() <= defaultPasses {
		t.Errorf("%q at look %d (%s), looks after %v, %d passes", v.Outcome, v.Look, v.Reason, journal.Looks, journal.Kept())
	}
	if err := os.Remove(filepath.Join(dir, rundir.VerdictsName)); err != nil {
		t.Fatal(err)
	}
	again, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if a := again.Verdicts.Verdicts[0]; a.Outcome != v.Outcome || a.Look != v.Look || a.Samples != v.Samples {
		t.Errorf("judged again: %q at look %d of %d passes, want look %d of %d", a.Outcome, a.Look, a.Samples, v.Look, v.Samples)
	}
}

// No pass is spent on a claim that more passes would not decide.
func TestLabLeavesTheUndecidable(t *testing.T) {
	pairHere(t)
	t.Setenv(fakeCount, filepath.Join(t.TempDir(), "count"))
	dir := filepath.Join(t.TempDir(), "run")
	if code, _, stderr := runLab(t, t.Context(), "on the edge", "-only", "E7", "-out", dir); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	journal, err := rundir.ReadJournal(dir)
	// The fake has no results for E7b and E7c, which get one try.
	if err != nil || journal.Kept() != defaultPasses+unknownMore {
		t.Errorf("%d passes, want %d (%v)", journal.Kept(), defaultPasses+unknownMore, err)
	}
	verdicts, err := rundir.ReadVerdictsFile(filepath.Join(dir, rundir.VerdictsName))
	if err != nil || verdicts.Verdicts[0].Outcome != results.Undecided || verdicts.Verdicts[0].MorePasses != 0 {
		t.Errorf("%q (%s), want undecided for good (%v)", verdicts.Verdicts[0].Outcome, verdicts.Verdicts[0].Reason, err)
	}
}
