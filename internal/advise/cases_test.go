package advise

import (
	"context"
	"flag"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/proof"
)

// The cases are small modules whose answer is known. Each takes some seconds,
// so go test tries a few, and all with
//
//	go test ./internal/advise -run Cases -cases
var allCases = flag.Bool("cases", false, "try the adviser on all cases")

// A testCase is one benchmark of testdata/cases and what must be said of it.
type testCase struct {
	name   string // package/Benchmark
	quick  bool   // without -cases too
	kind   finding.Kind
	cause  finding.Cause
	words  []string // parts of names that must all be among the words of one finding
	sites  []string // source lines that must be among its sites
	silent []finding.Kind
}

var falsely = []finding.Kind{finding.FalseSharing}

var testCases = []testCase{
	{name: "pair/Progress", quick: true, kind: finding.FalseSharing, cause: finding.Struct, words: []string{"Progress.sent", "Progress.got"},
		sites: []string{"pair.go:14", "pair.go:16"}},
	{name: "ring/Queue", kind: finding.FalseSharing, cause: finding.Struct, words: []string{"Queue.capacity", "Queue.head"}, sites: []string{"ring.go:31"}},
	{name: "stripes/Add", kind: finding.FalseSharing, cause: finding.Slice, words: []string{"[0]", "[1]"}, sites: []string{"stripes.go:23"}},
	{name: "limiter/Take", kind: finding.FalseSharing, cause: finding.Struct, words: []string{"Limiter.state", "Limiter.perRequest"}, sites: []string{"limiter.go:22"}},
	{name: "counters24/Message", kind: finding.FalseSharing, cause: finding.Slice, words: []string{"[0].Messages", "[1].Messages"}, sites: []string{"counters24.go:19"}},
	{name: "pointers/Add", kind: finding.FalseSharing, cause: finding.HeapNeighbours, sites: []string{"pointers.go:17"}},
	{name: "shards/Get", kind: finding.FalseSharing, cause: finding.HeapNeighbours, words: []string{"shard.mu"}, sites: []string{"shards.go:24"}},
	{name: "table/Set", kind: finding.FalseSharing, cause: finding.HeapNeighbours, words: []string{"stripe.mu"}, sites: []string{"table.go:27"}},
	{name: "globals/Count", kind: finding.FalseSharing, cause: finding.Globals, words: []string{"requests", "errors"}, sites: []string{"globals.go:12", "globals.go:14"}},
	{name: "perworker/Odds", kind: finding.FalseSharing, cause: finding.Slice, words: []string{"[0]", "[1]"}, sites: []string{"perworker.go:14"}},
	{name: "writers/Generic", kind: finding.FalseSharing, cause: finding.Struct, words: []string{".left", ".right"}, sites: []string{"writers.go:14", "writers.go:16"}},
	{name: "writers/Closure", kind: finding.FalseSharing, cause: finding.Struct, words: []string{"Pair.a", "Pair.b"}, sites: []string{"writers.go:22"}},
	{name: "writers/Deferred", kind: finding.FalseSharing, cause: finding.Struct, words: []string{"Calls.begun", "Calls.ended"}, sites: []string{"writers.go:28", "writers.go:30"}},

	{name: "padded/Padded", silent: falsely},
	{name: "padded/SixtyFour", silent: falsely},
	{name: "oneword/Counter", kind: finding.TrueSharing, words: []string{"Counter.n"}, silent: falsely},
	{name: "results/Squares", silent: falsely},
	{name: "churn/Churn", silent: falsely},
	{name: "guarded/Account", silent: falsely},
	{name: "readmostly/Allows", silent: falsely},
	{name: "rarely/Under", silent: falsely},
	{name: "perp/Shards", silent: falsely},
}

func TestCases(t *testing.T) {
	needTwoCPUs(t)
	for _, c := range testCases {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() || !c.quick && !*allCases {
				t.Skip("takes some seconds; -cases tries it")
			}
			pkg, bench, _ := strings.Cut(c.name, "/")
			o := Options{Dir: "testdata/cases", Bench: "^Benchmark" + bench + "$", Patterns: []string{"./" + pkg}, Line: 64}
			doc := advised(t, o)
			// On a busy machine the two workers may run in turns, and then there
			// is nothing to see. Silence is asked of every run.
			for tries := 1; tries < 3 && c.find(doc) == nil && c.kind != ""; tries++ {
				doc = advised(t, o)
			}
			c.check(t, doc)
		})
	}
}

// Words that are 64 bytes apart share a line of 128 bytes.
func TestLineOf128(t *testing.T) {
	needTwoCPUs(t)
	if testing.Short() || !*allCases {
		t.Skip("takes some seconds; -cases tries it")
	}
	c := testCase{kind: finding.SharesAt128, cause: finding.Slice, words: []string{"[0]", "[1]"}, silent: falsely}
	c.check(t, advised(t, Options{Dir: "testdata/cases", Bench: "SixtyFour", Patterns: []string{"./padded"}, Line: 128}))
}

// The queue of xsync 4.4.0 has its capacity on the line of its head. The pad
// alone is the repair, and 4.5.0 has it.
func TestXsync(t *testing.T) {
	needTwoCPUs(t)
	if testing.Short() || !*allCases {
		t.Skip("takes half a minute; -cases tries it")
	}
	doc := advised(t, Options{Dir: "testdata/xsync440", Bench: "Queue", Patterns: []string{"."}, Line: 64, Prove: true})
	c := testCase{kind: finding.FalseSharing, cause: finding.Struct, words: []string{".cap", ".head"}, sites: []string{"mpmcqueue.go:72"}}
	f := c.check(t, doc)
	if f == nil {
		return
	}
	if !strings.Contains(f.PatchSummary, "after cap") || f.Gain == nil || f.Gain.By != "benchmark" {
		t.Errorf("patch %q, gain %+v", f.PatchSummary, f.Gain)
	} else if f.Gain.Word != proof.WorthIt {
		t.Logf("no gain is proved: %+v %+v (siblings of one core, or something else runs)", f.Gain, f.Gain.Ratio)
	}
	repaired := advised(t, Options{Dir: "testdata/xsync450", Bench: "Queue", Patterns: []string{"."}, Line: 64})
	testCase{silent: falsely}.check(t, repaired)
}

func needTwoCPUs(t *testing.T) {
	t.Helper()
	if runtime.NumCPU() < 2 || runtime.GOMAXPROCS(0) < 2 {
		t.Skip("one CPU shares no line")
	}
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("the recorder is tried on linux/amd64")
	}
}

// advised runs the adviser.
func advised(t *testing.T, o Options) *finding.Document {
	t.Helper()
	t.Setenv("GOWORK", "off")
	o.Dir, o.Limit, o.Stderr = filepath.FromSlash(o.Dir), time.Minute, io.Discard
	doc, err := Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// check returns the finding that the case expects.
func (c testCase) check(t *testing.T, doc *finding.Document) *finding.Finding {
	t.Helper()
	for _, f := range doc.Findings {
		if slices.Contains(c.silent, f.Kind) {
			t.Errorf("must stay silent, and says: %s", text(f))
		}
	}
	if c.kind == "" {
		return nil
	}
	match := c.find(doc)
	if match == nil {
		var all []string
		for _, f := range doc.Findings {
			all = append(all, text(f))
		}
		t.Fatalf("no %s by %s of %q among %q", c.kind, c.cause, c.words, all)
	}
	for _, site := range c.sites {
		if !slices.ContainsFunc(match.Words, func(w *finding.Word) bool {
			return slices.ContainsFunc(w.Sites, func(s string) bool { return strings.HasSuffix(s, site) })
		}) {
			t.Errorf("no site %s in %s", site, text(match))
		}
	}
	return match
}

// find returns the finding that the case expects, nil if there is none.
func (c testCase) find(doc *finding.Document) *finding.Finding {
	for _, f := range doc.Findings {
		if f.Kind == c.kind && (c.cause == "" || f.Cause == c.cause) && hasWords(f, c.words) {
			return f
		}
	}
	return nil
}

func hasWords(f *finding.Finding, parts []string) bool {
	for _, part := range parts {
		if !slices.ContainsFunc(f.Words, func(w *finding.Word) bool { return strings.Contains(w.Name, part) }) {
			return false
		}
	}
	return true
}

func text(f *finding.Finding) string {
	var words []string
	for _, w := range f.Words {
		words = append(words, w.Name+" "+strings.Join(w.Sites, ","))
	}
	return string(f.Kind) + " by " + string(f.Cause) + ": " + strings.Join(words, "; ")
}
