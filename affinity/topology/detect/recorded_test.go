package detect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cachelab/affinity/internal/topotest"
)

// The event devices lie above the folder in a running system, and may be
// recorded beside cpu/.
func TestReadDirKinds(t *testing.T) {
	for _, devices := range []string{".", "system"} {
		m := topotest.AlderLake(t)
		for i := range m.CPUs {
			m.CPUs[i].Kind = ""
		}
		root := t.TempDir()
		topotest.Write(m, topotest.Today).OnDisk(t, filepath.Join(root, "system"))
		kinds := topotest.NewTree(map[string]string{"cpu_core/cpus": "0-3\n", "cpu_atom/cpus": "4-7\n\x00"})
		kinds.OnDisk(t, filepath.Join(root, devices))
		got, err := ReadDir(filepath.Join(root, "system"))
		if err != nil {
			t.Fatal(err)
		}
		if s := topotest.Summary(got); s != topotest.AlderLakeSummary || len(got.Warnings) > 0 {
			t.Errorf("devices in %s: got\n%s%q\nwant\n%s", devices, s, got.Warnings, topotest.AlderLakeSummary)
		}
	}
}

func TestReadDirRefuses(t *testing.T) {
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
		_, err := ReadDir(dir)
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
	check(file, "not a recording (.tar.gz)", want)
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
