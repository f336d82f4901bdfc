package benchlog

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestFiles reads each file of testdata, which its README describes. Nearly all
// hold the same six results.
func TestFiles(t *testing.T) {
	const six = 6
	for _, c := range []struct {
		name     string
		samples  int
		warnings string // of all, in one; empty for none
		passes   int
	}{
		{"plain", six, "", 3}, {"crlf", six, "", 3},
		{"ansi", six, "", 3}, {"github", six, "", 3}, {"gitlab", six, "", 3}, {"compose", six, "", 3}, {"quoted", six, "", 3},
		{"ghrunlog", six, "", 3}, {"buildkit", six, "", 3}, {"jenkins", six, "", 3}, {"golog", six, "", 3}, {"act", six, "", 3},
		{"indented", six, "", 3}, {"comment", six, "", 3}, {"utf16", six, "", 3},
		{"nan", six, "nan.txt:5: got NaN \"hit%\", expected a finite number", 3},
		{"inf", six, "inf.txt:5: got +Inf \"MB/s\"", 3},
		{"negative", six, "negative.txt:5: got -0.25 \"drift\"", 3},
		{"tap", six, "", 3}, {"latin1", six, "", 3},
		{"json_log_first", six, "", 3}, {"bracket_first", six, "", 3}, {"nil_first", six, "", 3},
		{"printed_into", six + 1, "printed_into.txt:12: the result of BenchmarkDrain-8 is put together from lines 11 and 12", 3},
		{"versions", 32, "", 8},
		{"gotestjson", six + 3, "", 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			log, err := ReadFile(filepath.Join("testdata", c.name+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			var said []string
			for _, w := range log.Warnings {
				said = append(said, strings.TrimPrefix(w.String(), "testdata/"))
			}
			if all := strings.Join(said, "; "); !strings.HasPrefix(all, c.warnings) || c.warnings == "" && all != "" {
				t.Errorf("got warnings %q, want %q", all, c.warnings)
			}
			if len(log.Samples) != c.samples || log.Passes != c.passes {
				t.Errorf("%d samples of %d passes, want %d of %d", len(log.Samples), log.Passes, c.samples, c.passes)
			}
			ring := 0.0
			for i := range log.Samples {
				s := &log.Samples[i]
				if s.Setting("pkg") == "example.com/ring" && s.Full == "BenchmarkRing/layout=packed-8" && s.Pass == 1 && ring == 0 {
					ring = s.Values.Of("sec/op")
				}
			}
			if !near(ring, 33e-9) {
				t.Errorf("the first result of Ring is %v s, want 33 ns", ring)
			}
		})
	}
}

// What is no file is refused at once.
func TestReadFileRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadFile(dir); err == nil || !strings.Contains(err.Error(), "is a folder, expected a file") || strings.Contains(err.Error(), "\n") {
		t.Errorf("of a folder: %v", err)
	}
	if _, err := ReadFile(filepath.Join(dir, "none")); !os.IsNotExist(unwrapAll(err)) {
		t.Errorf("of no file: %v", err)
	}
	if _, err := os.Stat(os.DevNull); err == nil {
		if _, err := ReadFile(os.DevNull); err == nil {
			t.Error("a device was read")
		}
	}
}

func unwrapAll(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		if next := u.Unwrap(); next != nil {
			err = next
			continue
		}
		return err
	}
}

// A line costs some 170 bytes. The bound leaves room, and fails for a reader that keeps
// a map or a copy of each line, as the first one did (2400 bytes). scripts/report has
// the test of a million lines.
func TestManyLines(t *testing.T) {
	if testing.Short() {
		t.Skip("reads ten megabytes")
	}
	const lines = 100_000
	var text bytes.Buffer
	for i := range lines {
		fmt.Fprintf(&text, "BenchmarkRing/layout=%d/workers=2-8 \t 1000000\t %d.5 ns/op\t 64 B/op\t 1 allocs/op\n", i%50, i%97)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	log, err := Read(&text, "run.txt")
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if len(log.Samples) != lines || log.Passes != lines/50 {
		t.Errorf("%d samples of %d passes, want %d of %d", len(log.Samples), log.Passes, lines, lines/50)
	}
	if kept := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / lines; kept > 250 {
		t.Errorf("%d bytes are kept for a line, want 250 at most", kept)
	}
	runtime.KeepAlive(log)
}
