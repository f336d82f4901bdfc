package lab

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cachelab/cachelines/card"
	"cachelab/internal/process"
)

// -list shows what there is to choose from, and -only takes patterns, ids with and
// without their letters, and lessons.
func TestListAndPatterns(t *testing.T) {
	t.Setenv(fakeBench, "ok")
	list := func(only string) string {
		t.Helper()
		var out, errs bytes.Buffer
		args := []string{"-bin", os.Args[0], "-list", "-synthetic", "pack:2 l3:8 core:8 pu:2", "-only", only}
		if err := Run(t.Context(), &out, &errs, args); err != nil {
			t.Fatalf("-only %s: %v", only, err)
		}
		return out.String()
	}
	for only, want := range map[string][2]string{ // what is there, and what is not
		"C*":         {"\nC2 ", "\nA"},
		"c*":         {"\nA7 ", "\nC1"}, // a lesson
		"a7":         {"A7b ", "\nA8"},
		"A7b":        {"A7b ", "A7 "},
		"?1":         {"A1 ", "A2"},
		"migration":  {"migration", "counters"},
		"mig*,E7":    {"E7", "counters"},
		"[A-B]1, E7": {"B1 ", "C1"},
	} {
		got := "\n" + list(only)
		if !strings.Contains(got, want[0]) || strings.Contains(got, want[1]) {
			t.Errorf("-only %q lists, want %q and not %q:\n%s", only, want[0], want[1], got)
		}
		if !strings.Contains(got, "\nlessons: ") || !strings.Contains(got, "\nBenchmarkDistance/") {
			t.Errorf("-only %q lists no lessons or no benchmarks:\n%s", only, got)
		}
	}
}

// A folder that cannot become that of a run is refused before anything is built.
func TestRefusedBeforeBuilding(t *testing.T) {
	file := filepath.Join(t.TempDir(), "README.md")
	run := t.TempDir()
	for _, path := range []string{file, filepath.Join(run, "run.txt")} {
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for dir, want := range map[string]string{
		file:                       "is a file, not a folder",
		filepath.Join(file, "run"): "README.md",
		run:                        "it holds a run (run.txt)",
	} {
		var out, errs bytes.Buffer
		err := Run(t.Context(), &out, &errs, []string{"-only", "E7", "-out", dir})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "choose another folder with -out") || errs.Len() > 0 {
			t.Errorf("-out %s: %v after %q; want %q before anything is said", dir, err, errs.String(), want)
		}
	}
}

// A binary of one's own needs no temporary folder. Building needs one, in GOTMPDIR
// where that is set, and says so.
func TestTemporaryFolders(t *testing.T) {
	pairHere(t)
	dir, other := filepath.Join(t.TempDir(), "run"), t.TempDir()
	missing := filepath.Join(other, "missing")
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, missing)
	}
	t.Setenv("GOTMPDIR", "") // whoever runs the test may have set it
	if code, _, stderr := runLab(t, t.Context(), "ok", "-only", "E7", "-passes", "1", "-out", dir); code != 0 {
		t.Errorf("-bin without TMPDIR: exit %d: %s", code, stderr)
	}
	var out, errs bytes.Buffer
	err := Run(t.Context(), &out, &errs, []string{"-only", "E7", "-out", filepath.Join(other, "run")})
	if err == nil || !strings.Contains(err.Error(), "set TMPDIR or GOTMPDIR") {
		t.Errorf("building without TMPDIR: %v", err)
	}
	t.Setenv("GOTMPDIR", other)
	if _, tmp, err := goPlaces(t.Context()); err != nil || tmp != other {
		t.Errorf("GOTMPDIR is %q, %v; want %q", tmp, err, other)
	}
}

// Why a binary does not start is said by its cause, and what to do.
func TestCannotStart(t *testing.T) {
	dir := t.TempDir()
	program, text := filepath.Join(dir, "program"), filepath.Join(dir, "text")
	if err := errors.Join(os.WriteFile(program, nil, 0o777), os.WriteFile(text, nil, 0o666)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		b    benchBinary
		err  error
		want string
	}{
		{benchBinary{path: program, built: true}, fs.ErrPermission, "mounted noexec; set GOTMPDIR to another folder"},
		{benchBinary{path: program}, fs.ErrPermission, "may be mounted noexec; copy it to another one"},
		{benchBinary{path: text}, fs.ErrPermission, "not executable"},
		{benchBinary{path: text}, errors.New("exec format error"), "is not a benchmark binary of this cachelab: exec format error"},
	} {
		if c.want == "not executable" && os.PathSeparator == '\\' {
			continue // Windows has no such permission
		}
		got := c.b.cannotStart(&process.StartError{Path: c.b.path, Err: c.err})
		if !strings.Contains(got.Error(), c.want) || strings.Contains(got.Error(), "\n") {
			t.Errorf("%v: %v, want %q", c.err, got, c.want)
		}
	}
}

// A machine card that does not end holds the lab no longer than its limit, whether it
// notices or not, and leaves no folder.
func TestCardHangs(t *testing.T) {
	pairHere(t)
	usual, measure := usualLimits, measureCard
	defer func() { usualLimits, measureCard = usual, measure }()
	usualLimits = limits{card: 50 * time.Millisecond, cardGrace: 50 * time.Millisecond, list: 30 * time.Second}
	for name, hangs := range map[string]func(context.Context, card.Options) (*card.Session, error){
		"notices": func(ctx context.Context, _ card.Options) (*card.Session, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
		"does not": func(ctx context.Context, _ card.Options) (*card.Session, error) { select {} },
	} {
		measureCard = hangs
		dir := filepath.Join(t.TempDir(), "run")
		code, _, stderr := runLab(t, t.Context(), "ok", "-only", "E7", "-passes", "1", "-out", dir)
		if code != 1 || !strings.Contains(stderr, "the machine card did not end in 50ms") {
			t.Errorf("a card that %s: exit %d: %s", name, code, stderr)
		}
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a card that %s leaves its folder: %v", name, err)
		}
	}
}
