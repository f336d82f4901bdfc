package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cachelab/internal/advise/finding"
)

// advised runs the command and returns its exit code and output.
func advised(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), &out, &err, args)
	return code, out.String(), err.String()
}

func TestUsage(t *testing.T) {
	dir := t.TempDir()
	tests := []struct{ args, want string }{
		{"", "say what to run"},
		{"-bench X -run Y", "one of -bench, -run and -main"},
		{"-bench X -line 32", "the sizes are 64 and 128"},
		{"-bench X -limit 0s", "need a positive time"},
		{"-bench X -gain=false -check", "leave -gain=false out"},
		{"-bench X -check=0.5", "a factor of at least 1"},
		{"-main ./cmd extra", `"extra" is not a flag of advise`},
		{"-bench X -patch " + dir, "this is a folder"},
		{"-bench X -patch " + dir + "/missing/pads.patch", "no such file or directory"},
		{"-nonsense", "flag provided but not defined"},
	}
	for _, test := range tests {
		code, stdout, stderr := advised(t, strings.Fields(test.args)...)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, test.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("advise %s: code %d, stdout %q, stderr %q; want one line with %q", test.args, code, stdout, stderr, test.want)
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v are left behind (%v)", left, err)
	}
	if code, _, stderr := advised(t, "-h"); code != exitMeasured || !strings.Contains(stderr, "Exit codes") {
		t.Errorf("-h: code %d, %q", code, stderr)
	}
}

func TestParse(t *testing.T) {
	s, err := parse(io.Discard, []string{"-main", "./cmd", "-limit", "9s", "--", "-n", "100"})
	if err != nil || strings.Join(s.Args, " ") != "-n 100" || s.Patterns != nil || !s.Prove || s.Line != 64 {
		t.Errorf("%+v, %v: want the program's arguments after --", s, err)
	}
	s, err = parse(io.Discard, []string{"-bench", ".", "-pkg", "a,b/...", "-check"})
	if err != nil || len(s.Packages) != 2 || s.check.limit != 1.05 || strings.Join(s.Patterns, "") != "." {
		t.Errorf("%+v, %v: want two packages, the limit 1.05 and the folder itself", s, err)
	}
}

func TestProved(t *testing.T) {
	doc := func(by string, lo float64) *finding.Document {
		return &finding.Document{Findings: []*finding.Finding{{}, {Gain: &finding.Gain{By: by, Ratio: &finding.Ratio{Lo: lo}}}}}
	}
	if !proved(doc("benchmark", 1.3), 1.2) || proved(doc("benchmark", 1.1), 1.2) || proved(doc("replay", 1.3), 1.2) {
		t.Error("a gain is proved by the user's benchmark alone, and where its whole interval is above the limit")
	}
}

func TestPatchIsAnnounced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pads.patch")
	s := &settings{patch: path, json: true}
	var stderr bytes.Buffer
	if err := s.write(io.Discard, &stderr, &finding.Document{}); err != nil || !strings.Contains(stderr.String(), "no pad is worth it") {
		t.Errorf("%v, %q", err, stderr.String())
	}
	stderr.Reset()
	if err := s.write(io.Discard, &stderr, &finding.Document{Patch: "--- a\n"}); err != nil || !strings.Contains(stderr.String(), path) {
		t.Errorf("%v, %q: want the name of the file", err, stderr.String())
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "--- a\n" {
		t.Errorf("the file has %q (%v)", text, err)
	}
}
