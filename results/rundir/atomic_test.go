package rundir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestCreate(t *testing.T) {
	root := t.TempDir()
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.FixedZone("CET", 3600))
	check := func(machine, want string) {
		t.Helper()
		dir, err := Create(root, machine, at)
		if err != nil {
			t.Fatal(err)
		}
		if rel, _ := filepath.Rel(root, dir); filepath.ToSlash(rel) != want {
			t.Errorf("%q: got %s, want %s", machine, rel, want)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
			t.Errorf("%s: got %v, %v, want an empty folder", dir, entries, err)
		}
	}
	check("epyc-2vcpu", "epyc-2vcpu/20260304T040607Z")
	check("epyc-2vcpu", "epyc-2vcpu/20260304T040607Z-2")
	check("epyc-2vcpu", "epyc-2vcpu/20260304T040607Z-3")
	check("../AMD EPYC: 2", "AMD-EPYC--2/20260304T040607Z")
	check("..", "unknown/20260304T040607Z")
	check("", "unknown/20260304T040607Z-2")
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "run.txt")
	if err := WriteFile(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	err := WriteFile(path, []byte("two"))
	if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "not overwritten") {
		t.Errorf("over a file: got %v", err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "one" {
		t.Errorf("got %q, %v", data, err)
	}
	if err := ReplaceFile(path, []byte("three")); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "three" {
		t.Errorf("got %q, %v", data, err)
	}
	alone(t, dir)
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o644 {
		t.Errorf("got mode %v, %v", info.Mode(), err)
	}
}

// alone checks that a folder has its one file and no leftovers beside it.
func alone(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("got %v, want one file", entries)
	}
}

func TestWriteErrors(t *testing.T) {
	check := func(err error, want ...string) {
		t.Helper()
		if err == nil {
			t.Errorf("got no error, want %q", want)
			return
		}
		for _, w := range want {
			if !errors.Is(err, ErrFolder) || strings.Contains(err.Error(), "-out") {
				t.Errorf("%q is not ErrFolder, or speaks of a command's flag", err)
			}
			if !strings.Contains(err.Error(), w) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q, want %q in one line", err, w)
			}
		}
	}
	dir := t.TempDir()
	check(WriteFile(filepath.Join(dir, "nowhere", "run.txt"), nil), "cannot write", "nowhere")
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := Create(file, "machine", time.Now())
	check(err, "cannot write", "file")

	check(writeError(&os.LinkError{Op: "rename", Old: "x", New: ".y", Err: fs.ErrPermission}, "a/y"), "no permission to write a/y:")
	check(writeError(&os.LinkError{Op: "rename", Old: "x", New: "a/y", Err: errors.New("odd")}, "a/y"), "cannot write a/y:", "odd")

	closed := filepath.Join(dir, "closed")
	if err := os.Mkdir(closed, 0o555); err != nil {
		t.Fatal(err)
	}
	if probe, err := os.Create(filepath.Join(closed, "probe")); err == nil {
		probe.Close()
		t.Skip("this user may write everywhere: the error of a closed folder was seen made up only")
	}
	_, err = Create(closed, "machine", time.Now())
	check(err, "no permission to write", "closed")
	check(WriteFile(filepath.Join(closed, "x"), nil), "no permission to write")
}
