package show

import (
	"encoding/json"
	"strings"
	"testing"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/record"
	"cachelab/internal/golden"
)

// document has one finding of each kind and of each way to a gain.
func document() *finding.Document {
	object := finding.Object{Type: "queue.Queue", SizeBytes: 160, Alloc: "queue.go:58", Live: 1}
	words := []*finding.Word{
		{Offset: 0, Name: "Queue.capacity", Kind: "read", Reads: 7_000_000, CPUs: 2, Sites: []string{"queue.go:102", "queue.go:106"},
			Labels: []string{"queue.go:102 idx", "queue.go:106 turn"}, Goroutines: []string{"queue_test.go:40"}},
		{Offset: 8, Name: "Queue.head", Kind: "CAS", Reads: 0, Writes: 295_001, CPUs: 2, Sites: []string{"queue.go:72"},
			Labels: []string{"queue.go:72 TryPush"}},
	}
	return &finding.Document{
		Go: "go1.26.8", Packages: []string{"m/queue"},
		Watched: finding.Watched{Lines: 1014, SharedLines: 12, Goroutines: 4, CPUs: 2, Seconds: 3.1},
		Findings: []*finding.Finding{
			{Kind: finding.FalseSharing, Cause: finding.Struct, Object: object, Words: words, Pos: "queue.go:31",
				Transfers:  record.Transfers{False: 254_234, True: 68},
				PriceBytes: 64, PatchSummary: "pad 56 bytes after capacity",
				Gain: &finding.Gain{By: "benchmark", Benchmark: "BenchmarkQueue", Verdict: "holds", Word: "worth it",
					Ratio: &finding.Ratio{Median: 1.71, Lo: 1.55, Hi: 1.86}, Samples: 12, Placement: "same L3", Before: 239, After: 140}},
			{Kind: finding.FalseSharing, Cause: finding.Slice, Object: finding.Object{Type: "stats.Counters", SizeBytes: 24, Alloc: "stats.go:9", Live: 1 << 20},
				Words: words[1:], Pos: "stats.go:4", Transfers: record.Transfers{False: 10}, PriceBytes: 56, PatchSummary: "pad 56 bytes at the end of Counters",
				Gain: &finding.Gain{By: "benchmark", Benchmark: "BenchmarkStats", Verdict: "no effect", Word: "not worth it, leave it",
					Ratio: &finding.Ratio{Median: 1, Lo: 0.98, Hi: 1.02}, Samples: 10, Before: 20, After: 20}},
			{Kind: finding.FalseSharing, Cause: finding.Struct, Object: object, Words: words, Pos: "cold.go:3", Transfers: record.Transfers{False: 10},
				Gain: &finding.Gain{By: "bound", Verdict: "no effect", Word: "not worth it, leave it",
					Reason: "even if every access from another CPU had to fetch the line, it would cost 0.2% of an operation"}},
			{Kind: finding.FalseSharing, Cause: finding.Struct, Object: object, Words: words, Pos: "noisy.go:3", Transfers: record.Transfers{False: 10},
				Gain: &finding.Gain{By: "replay", Verdict: "undecided", Word: "cannot tell", More: 12, Samples: 12,
					Ratio: &finding.Ratio{Median: 1.1, Lo: 0.9, Hi: 1.3}, Before: 50, After: 45, Placement: "same L3"}},
			{Kind: finding.TrueSharing, Cause: finding.Struct, Object: object, Words: words[1:], Pos: "one.go:3", Transfers: record.Transfers{True: 500}},
			{Kind: finding.SharesAt128, Cause: finding.Slice, Object: object, Words: words, Pos: "pad.go:3"},
		},
		Warnings: []string{"The recorder's table was full for 1% of the run: rare lines may be missing."},
	}
}

func TestText(t *testing.T) {
	var b strings.Builder
	if err := Text(&b, document()); err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "text.golden", []byte(b.String()))
}

// Nothing found still says what was watched, or it would mean nothing.
func TestNothingFound(t *testing.T) {
	var b strings.Builder
	doc := document()
	doc.Findings, doc.Warnings = nil, nil
	if err := Text(&b, doc); err != nil {
		t.Fatal(err)
	}
	want := "advise: no falsely shared line found; watched 1,014 lines (12 used by several CPUs), 4 goroutines, 2 CPUs, 3.1 s, 1 package.\n"
	if b.String() != want {
		t.Errorf("got  %swant %s", b.String(), want)
	}
}

// The names of the JSON document are a contract.
func TestJSON(t *testing.T) {
	var b strings.Builder
	doc := document()
	doc.Findings = doc.Findings[:1]
	if err := JSON(&b, doc); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	find := func(path ...any) any {
		var v any = got
		for _, p := range path {
			switch p := p.(type) {
			case string:
				v = v.(map[string]any)[p]
			case int:
				v = v.([]any)[p]
			}
		}
		return v
	}
	check := func(want any, path ...any) {
		t.Helper()
		if got := find(path...); got != want {
			t.Errorf("%v is %v, want %v", path, got, want)
		}
	}
	check("go1.26.8", "go")
	check(1014.0, "watched", "lines")
	check(12.0, "watched", "shared_lines")
	check("false sharing", "findings", 0, "kind")
	check("struct", "findings", 0, "cause")
	check(160.0, "findings", 0, "object", "size_bytes")
	check("Queue.head", "findings", 0, "words", 1, "name")
	check(295001.0, "findings", 0, "words", 1, "writes")
	check("queue.go:102", "findings", 0, "words", 0, "sites", 0)
	check(254234.0, "findings", 0, "transfers", "false")
	check("benchmark", "findings", 0, "gain", "by")
	check(1.71, "findings", 0, "gain", "ratio", "median")
	check(64.0, "findings", 0, "price_bytes")

	doc.Findings = nil
	b.Reset()
	if err := JSON(&b, doc); err != nil || !strings.Contains(b.String(), `"findings": []`) {
		t.Errorf("no findings are an empty list: %v\n%s", err, b.String())
	}
}
