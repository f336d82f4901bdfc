package report

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cachelab/results/benchlog"
	"cachelab/results/report/internal/synth"
	"cachelab/results/report/page"
	"cachelab/results/report/text"
	"cachelab/results/rundir"
)

func TestRead(t *testing.T) {
	if _, err := Read(t.TempDir()); err == nil || !strings.Contains(err.Error(), "is not a run") {
		t.Errorf("an empty folder: %v", err)
	}
	_, err := parseMachine([]byte("{\n\"cpus\":\n[{\"id\": \"zero\"}]}"), "machine.json")
	if !benchlog.IsFormatError(err) || !strings.HasPrefix(err.Error(), "machine.json:3: ") {
		t.Errorf("got %v", err)
	}
	m, err := parseMachine([]byte(`{"os":"linux","from_the_future":1}`), "machine.json")
	if err != nil || m.OS != "linux" {
		t.Errorf("got %v, %v", m, err)
	}
}

// A machine card that nobody measured so is refused, and its text is cleaned.
func TestReadNonsense(t *testing.T) {
	for text, want := range map[string]string{
		`null`: "machine.json:1: got JSON that is no object, expected a machine card",
		`{"caches":[{"measured":{"confidence":1e308}}]}`: "machine.json:1: got caches[0].measured.confidence = 1e308, expected 0 to 1",
		`{"caches":[null]}`: "machine.json:1: got null in caches[0]",
		`{"caches":[{"measured":{"size_lo_bytes":4096,"size_hi_bytes":1024}}]}`: "machine.json:1: got caches[0].measured.size_lo_bytes from 4096 to 1024",
		`{"caches":[{"size_bytes":-1}]}`:                                        "machine.json:1: got caches[0].size_bytes = -1",
	} {
		if _, err := parseMachine([]byte(text), "machine.json"); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
	m, err := parseMachine([]byte(`{"cpu":{"name":"\u001b[31mCPU\u0007 one"}}`), "machine.json")
	if err != nil || m.CPU.Name != "CPU one" {
		t.Errorf("%+v, %v; want a clean name", m, err)
	}
}

// Any machine card that decodes can be drawn.
func FuzzCard(f *testing.F) {
	f.Add([]byte(`{"caches":[{"level":1,"measured":{"latency_ns":1e-300,"size_bytes":-5}}],"line":{"fetch":{"bytes":0}},"links":[{"classes":[{}]}]}`))
	f.Add([]byte(`{"cpus":[{"id":-1}],"volatile":{"passes":[{}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseMachine(data, "machine.json")
		if err != nil {
			return
		}
		if err := text.Card(io.Discard, m, text.Options{}); err != nil {
			t.Fatal(err)
		}
		page, err := page.RenderRun(Input{Machine: m}, nil)
		if err != nil {
			t.Fatal(err)
		}
		synth.CheckPage(t, page)
	})
}

// A file of a run that is there and cannot be read is an error of its own, whichever it
// is, and no gap.
func TestReadOfAFolderThatCannotBeRead(t *testing.T) {
	for _, name := range []string{runFile, machineFile, rundir.VerdictsName} {
		folder := t.TempDir()
		if name != runFile {
			if err := os.WriteFile(filepath.Join(folder, runFile), []byte("BenchmarkX 1 2 ns/op\n"), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Mkdir(filepath.Join(folder, name), 0o777); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(folder); err == nil || strings.Contains(err.Error(), "is not a run") || !strings.Contains(err.Error(), name) {
			t.Errorf("%s is a folder: %v", name, err)
		}
	}
}
