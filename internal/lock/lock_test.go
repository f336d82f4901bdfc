package lock

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// With this variable the test binary takes the lock or makes the folder that it
// names, says so, and waits until it is killed.
const holds = "CACHELAB_LOCK_HOLDS"

func TestMain(m *testing.M) {
	what, path, ok := strings.Cut(os.Getenv(holds), " ")
	if !ok {
		os.Exit(m.Run())
	}
	if what == "lock" {
		l, err := Take(path, "the first")
		fmt.Println(l != nil, err)
	} else {
		f, err := NewFolder(path)
		fmt.Println(f.Path, err)
	}
	time.Sleep(time.Hour)
}

// other starts another process that holds something, and returns what it said
// and how to kill it.
func other(t *testing.T, what string) (said string, kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holds+"="+what)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	t.Cleanup(kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line), kill
}

func TestOneHolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	if said, _ := other(t, "lock "+path); said != "true <nil>" {
		t.Fatalf("the first holder: %s", said)
	}
	_, err := Take(path, "the second")
	var held *HeldError
	if !errors.As(err, &held) || held.Holder != "the first" || !strings.Contains(err.Error(), "the first") {
		t.Errorf("the second holder: %v", err)
	}
}

// A lock goes with its holder, even with one that is killed.
func TestTheLockOfTheDead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	_, kill := other(t, "lock "+path)
	kill()
	l, err := Take(path, "the next")
	if err != nil {
		t.Fatal(err)
	}
	l.Release()
	if l, err = Take(path, "again"); err != nil {
		t.Errorf("after a release: %v", err)
	}
	l.Release()
}

func TestNoLock(t *testing.T) {
	_, err := Take(filepath.Join(t.TempDir(), "missing", "lock"), "")
	var held *HeldError
	if err == nil || errors.As(err, &held) {
		t.Errorf("a lock in a missing folder: %v", err)
	}
}

// The path follows the scheduler's name for the node, and not TMPDIR.
func TestPath(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("SLURMD_NODENAME", "rack 3/n7")
	if got := filepath.Base(Path()); got != "cachelab-rack-3-n7.lock" || strings.Contains(Path(), os.Getenv("TMPDIR")) {
		t.Errorf("%s", Path())
	}
}

// Old folders of dead programs go, those of living ones stay, and so do young
// ones, whose owner may be about to lock them.
func TestFolders(t *testing.T) {
	dir := t.TempDir()
	dead, kill := other(t, "folder "+dir)
	kill()
	alive, _ := other(t, "folder "+dir)
	dead, _, _ = strings.Cut(dead, " ")
	alive, _, _ = strings.Cut(alive, " ")
	young := filepath.Join(dir, folderPattern+"young")
	if err := os.Mkdir(young, 0o777); err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-2 * settling)
	for _, path := range []string{dead, alive} {
		if err := os.Chtimes(path, long, long); err != nil {
			t.Fatal(err)
		}
	}
	f, err := NewFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{dead: false, alive: true, young: true, f.Path: true} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: %v, want it there: %v", path, err, want)
		}
	}
	f.Remove()
	if _, err := os.Stat(f.Path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("removed: %v", err)
	}
	if _, err := NewFolder(filepath.Join(dir, "missing")); err == nil {
		t.Error("a folder in a missing one")
	}
}
