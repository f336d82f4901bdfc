package rundir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriter(t *testing.T) {
	dir := t.TempDir()
	w := NewWriter(dir)
	content := func(want string) {
		t.Helper()
		data, err := os.ReadFile(w.Path())
		if err != nil || string(data) != want {
			t.Errorf("got %q, %v, want %q", data, err, want)
		}
		alone(t, dir)
	}
	if _, err := w.Log(); err == nil {
		t.Error("a run without passes was read")
	}
	add := func(pass int, output string) {
		t.Helper()
		if _, err := w.AppendPass(pass, 40+int64(pass), []byte(output)); err != nil {
			t.Fatal(err)
		}
	}
	const one = "BenchmarkA-2 1 5 ns/op\n"
	want := "# pass 1 seed 41\n" + one
	add(1, one)
	content(want)

	refuse := func(pass int, output, message string) {
		t.Helper()
		_, err := w.AppendPass(pass, 1, []byte(output))
		if err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%q: got %v, want %q", output, err, message)
		}
		content(want)
	}
	refuse(2, "", "pass 2:1: got an empty file")
	refuse(2, "PASS\n", "pass 2:1: got a file without a single result")
	refuse(2, "BenchmarkB-2 1 x\n", `pass 2:1: got "BenchmarkB-2 1 x" and no result that can be read`)
	refuse(2, one+"# pass 9 seed 9\n"+one, "pass 2:2: got a pass mark")
	refuse(2, "# pass 9 seed 9\n"+one, "pass 2:1: got a pass mark")
	refuse(1, one, "pass 1 after pass 1")
	refuse(0, one, "pass 0 after pass 1")

	// A line that is no result costs its benchmark the pass, and no other.
	left, err := w.AppendPass(2, 42, []byte(one+"BenchmarkB-2 1 x\nBenchmarkC-2 0 NaN ns/op\nBenchmarkD-2 1 5 ns/op -1 x\n"+one))
	if err != nil || len(left) != 3 || left[0].Benchmark != "BenchmarkB-2" || left[1].Benchmark != "BenchmarkC-2" || left[2].Benchmark != "BenchmarkD-2" {
		t.Errorf("left out %+v, %v; want B, C and D", left, err)
	}
	want += "# pass 2 seed 42\n" + one + "# left out: BenchmarkB-2 1 x\n# left out: BenchmarkC-2 0 NaN ns/op\n# left out: BenchmarkD-2 1 5 ns/op -1 x\n" + one
	content(want)

	// A pass that was interrupted is followed by others all the same.
	add(3, one+"BenchmarkB-2 1 5 ns/o")
	want += "# pass 3 seed 43\n" + one + "# left out: BenchmarkB-2 1 5 ns/o\n"
	content(want)
	add(4, one+"PASS")
	want += "# pass 4 seed 44\n" + one + "PASS\n"
	content(want)

	log, err := w.Log()
	if err != nil || log.Passes != 4 || len(log.Samples) != 5 || len(log.Warnings) != 0 || w.Finished() != 4 {
		t.Errorf("got %+v, %v", log, err)
	}
}

func TestWriterKeepsWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, RunName)
	if err := os.WriteFile(path, []byte("another run"), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := NewWriter(dir).AppendPass(1, 1, []byte("BenchmarkA-2 1 5 ns/op\n"))
	if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "pass 1 is not written") {
		t.Errorf("got %v", err)
	}
	if data, _ := os.ReadFile(path); string(data) != "another run" {
		t.Errorf("overwritten: %q", data)
	}
}

// When a pass cannot be written the passes before it are on disk, whole.
func TestWriterFull(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	w := NewWriter(dir)
	const one = "BenchmarkA-2 1 5 ns/op\n"
	if _, err := w.AppendPass(1, 1, []byte(one)); err != nil {
		t.Fatal(err)
	}
	away := dir + "-away"
	if err := os.Rename(dir, away); err != nil {
		t.Skip("cannot move a folder in use: ", err)
	}
	_, err := w.AppendPass(2, 1, []byte(one))
	if err == nil || !strings.Contains(err.Error(), "pass 2 is not written, the passes before it are kept") {
		t.Errorf("got %v", err)
	}
	if err := os.Rename(away, dir); err != nil {
		t.Fatal(err)
	}
	if _, err := w.AppendPass(2, 2, []byte(one)); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(w.Path())
	if want := "# pass 1 seed 1\n" + one + "# pass 2 seed 2\n" + one; err != nil || string(data) != want {
		t.Errorf("got %q, %v, want %q", data, err, want)
	}
}
