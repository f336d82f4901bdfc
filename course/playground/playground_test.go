package playground

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestFaketime runs each program as a playground does: one file in an empty folder, with a
// clock that stands still while code runs.
func TestFaketime(t *testing.T) {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		t.Skip("the playground's clock is for linux/amd64")
	}
	if testing.Short() {
		t.Skip("-short: it compiles the runtime once more")
	}
	for program, wants := range map[string][]string{
		"concurrency": {"Start Goroutines", "a b c", "A B C", "Terminating Program"},
		"parallelism": {"Start Goroutines", "Terminating Program"},
		"timeslicing": {"A done", "B done", "Switches between A and B: 1\n", "Terminating Program"},
		"template":    {"Waiting To Finish", "Terminating Program"},
		"answer":      {"A:100\n", "A:0\n", "B:0\n", "B:100\n", "Terminating Program"},
	} {
		text, err := os.ReadFile(filepath.Join(program, "main.go"))
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "prog.go"), text, 0o666); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "go", "run", "-tags=faketime", "prog.go")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=", "GO111MODULE=")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		raw, err := cmd.Output()
		if err != nil {
			t.Errorf("%s: %v\n%s", program, err, &stderr)
			continue
		}
		out := played(raw)
		for _, want := range wants {
			if !strings.Contains(out, want) {
				t.Errorf("%s: no %q in\n%.300q", program, want, out)
			}
		}
		if !strings.HasSuffix(out, "Terminating Program\n") {
			t.Errorf("%s: the closing line is not the last", program)
		}
	}
}

// played takes the playback headers out of a program's output: two zeros, "PB", the time in
// eight bytes and the length in four (runtime, time_fake.go).
func played(raw []byte) string {
	var text strings.Builder
	for len(raw) >= 16 && bytes.HasPrefix(raw, []byte("\x00\x00PB")) {
		n := int(binary.BigEndian.Uint32(raw[12:]))
		raw = raw[16:]
		text.Write(raw[:min(n, len(raw))])
		raw = raw[min(n, len(raw)):]
	}
	text.Write(raw)
	return text.String()
}
