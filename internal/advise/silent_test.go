package advise

import (
	"flag"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cachelab/internal/advise/finding"
	"cachelab/internal/advise/overlay"
	"cachelab/internal/advise/patch"
)

// What must stay silent must do so in every run, whatever else the machine
// does. Each case is built once and recorded so many times:
//
//	go test ./internal/advise -run SilentInEveryRun -runs 50 -timeout 1h
var runs = flag.Int("runs", 0, "record each silent case so many times")

func TestSilentInEveryRun(t *testing.T) {
	needTwoCPUs(t)
	if *runs == 0 {
		t.Skip("takes minutes; -runs tries it")
	}
	t.Setenv("GOWORK", "off")
	for _, c := range testCases {
		if len(c.silent) == 0 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			alarms := 0
			for range repeated(t, c) {
				alarms++
			}
			t.Logf("silent in %d of %d runs", *runs-alarms, *runs)
			if alarms > 0 {
				t.Fail()
			}
		})
	}
}

// repeated records a case again and again and yields the findings that must
// not be.
func repeated(t *testing.T, c testCase) func(func(*finding.Finding) bool) {
	t.Helper()
	dir, err := filepath.Abs("testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	b, err := overlay.NewBuilder(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	pkg, bench, _ := strings.Cut(c.name, "/")
	s := &session{Options: Options{Dir: dir, Bench: "^Benchmark" + bench + "$", Patterns: []string{"./" + pkg}, Line: 64, Limit: time.Minute, Stderr: io.Discard},
		builder: b, doc: &finding.Document{}, patches: map[*finding.Finding]*patch.Patch{}, env: &patch.Env{Root: dir, LineBytes: 64}}
	units, err := s.find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(*finding.Finding) bool) {
		u := units[0]
		if err := s.unit(t.Context(), u); err != nil {
			t.Fatal(err)
		}
		for run := 1; ; run++ {
			i := slices.IndexFunc(u.findings, func(f *finding.Finding) bool { return slices.Contains(c.silent, f.Kind) })
			if i >= 0 {
				t.Errorf("run %d: %s", run, text(u.findings[i]))
				if !yield(u.findings[i]) {
					return
				}
			}
			if run == *runs {
				return
			}
			u.findings = nil
			if err := s.record(t.Context(), u); err != nil {
				t.Fatal(err)
			}
			if len(u.findings) > 0 {
				if err := s.confirm(t.Context(), u); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
