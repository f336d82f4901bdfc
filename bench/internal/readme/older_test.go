package readme

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"cachelab/bench/claims"
	"cachelab/internal/golden"
	"cachelab/results/rundir"
)

// A reference run that no longer matches the claims says so in its first line, and which
// ones: in its results, in its tables, and as the first of its report's warnings.
func TestOlderReferenceRunsSaySo(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(references, "*"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no reference run: %v", err)
	}
	for _, dir := range folders {
		run, err := rundir.ReadVerdictsFile(filepath.Join(dir, rundir.VerdictsName))
		if err != nil {
			t.Fatal(err)
		}
		note := claims.OutdatedNote(run.Verdicts)
		for _, name := range []string{rundir.RunName, rundir.TablesName} {
			path := filepath.Join(dir, name)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			golden.File(t, path, withNote(data, note))
		}
		page, err := os.ReadFile(filepath.Join(dir, rundir.PageName))
		if err != nil {
			t.Fatal(err)
		}
		if at := bytes.Index(page, []byte(noteBegin[len("# "):])); (at >= 0) != (note != "") || note != "" && !bytes.HasPrefix(page[at:], []byte(note)) {
			t.Errorf("%s does not say %q: draw it again with go run ./scripts/report %s", filepath.Join(dir, rundir.PageName), note, dir)
		}
	}
}

// noteBegin begins a note's line, whatever claims it names.
const noteBegin = "# This run is older than the present form of "

// withNote is a file of lines whose first one is the note, and no other; without a note
// it has none.
func withNote(data []byte, note string) []byte {
	if bytes.HasPrefix(data, []byte(noteBegin)) {
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	if note == "" {
		return data
	}
	return append([]byte("# "+note+"\n"), data...)
}

func TestWithNote(t *testing.T) {
	note := noteBegin[len("# "):] + "A1."
	with := withNote([]byte("line\n"), note)
	if string(with) != "# "+note+"\nline\n" || string(withNote(with, note)) != string(with) || string(withNote(with, "")) != "line\n" {
		t.Errorf("%q, again %q, without a note %q", with, withNote(with, note), withNote(with, ""))
	}
}
