package affinity

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// onDisk writes a tree into a folder.
func (tr *tree) onDisk(t *testing.T, dir string) {
	t.Helper()
	for name, s := range tr.files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(s), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// The event devices lie above the folder in a running system, and may be
// recorded beside cpu/.
func TestReadRecordedKinds(t *testing.T) {
	for _, devices := range []string{".", "system"} {
		m := alderLake(t)
		for i := range m.CPUs {
			m.CPUs[i].Kind = ""
		}
		root := t.TempDir()
		writeTree(m, today).onDisk(t, filepath.Join(root, "system"))
		kinds := &tree{files: map[string]string{"cpu_core/cpus": "0-3\n", "cpu_atom/cpus": "4-7\n\x00"}}
		kinds.onDisk(t, filepath.Join(root, devices))
		got, err := ReadRecorded(filepath.Join(root, "system"))
		if err != nil {
			t.Fatal(err)
		}
		if s := summary(got); s != hybridWant || len(got.Warnings) > 0 {
			t.Errorf("devices in %s: got\n%s%q\nwant\n%s", devices, s, got.Warnings, hybridWant)
		}
	}
}

func TestReadRecordedRefuses(t *testing.T) {
	root := t.TempDir()
	file := filepath.Join(root, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	mkdir := func(name string) string {
		dir := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	real := filepath.Join(root, "r", "sys", "devices", "system")
	mkdir("r/sys/devices/system/cpu/cpu0")
	locked := mkdir("locked")
	if err := os.Chmod(locked, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(locked, 0o777) })

	check := func(dir string, want ...string) {
		t.Helper()
		_, err := ReadRecorded(dir)
		if err == nil {
			t.Errorf("%s: no error", dir)
			return
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: error %q, want %q in it", dir, err, w)
			}
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error of several lines: %q", dir, err)
		}
	}
	const want = "laid out as /sys/devices/system"
	check(filepath.Join(root, "nowhere"), "there is no folder", want)
	check(file, "is a file", want)
	check(mkdir("empty"), "is empty", want)
	check(mkdir("hollow/cpu"), "is empty", want)
	check(filepath.Join(root, "hollow"), "cpu", "is empty", want)
	check(filepath.Join(root, "r"), "no folder cpu", "did you mean "+real+"?")
	check(filepath.Join(root, "r", "sys"), "did you mean "+real+"?")
	check(filepath.Join(real, "cpu"), "did you mean "+real+"?")
	if _, err := os.ReadDir(locked); err != nil {
		check(locked, "permission denied", "chmod")
	}
}
