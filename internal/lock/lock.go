// Package lock keeps two programs of this project from measuring on one machine
// at the same time: each would measure the other.
//
// The lock belongs to the process that holds it and goes with it, however it
// ends. It excludes programs that see the same file: containers with a /tmp of
// their own do not exclude each other.
package lock

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// Path is the file of this machine's lock. It does not follow TMPDIR, which a
// job scheduler sets anew for every job, and it names the machine, because a
// cluster may share the folder: by the name that Slurm gives the node, or else
// by the host's name.
func Path() string {
	dir := "/tmp"
	if runtime.GOOS == "windows" {
		dir = cmp.Or(os.Getenv("ProgramData"), os.TempDir())
	}
	host, _ := os.Hostname()
	name := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '.' {
			return r
		}
		return '-'
	}, cmp.Or(os.Getenv("SLURMD_NODENAME"), host, "host"))
	return filepath.Join(dir, "cachelab-"+name+".lock")
}

// HeldError says that another program holds the lock.
type HeldError struct {
	Path   string
	Holder string // what it says of itself; may be empty
}

func (e *HeldError) Error() string {
	return "another run measures on this machine (" + cmp.Or(e.Holder, e.Path) + ")"
}

// Lock is a lock that is held.
type Lock struct{ file *flock.Flock }

// Take takes the lock of the file path, and writes into it one line about the
// holder, for whom it may keep waiting; an empty line leaves the file as it is. Where another program holds the lock
// the error is a *HeldError. Any other error says that there can be no lock at
// that path, such as a folder that is missing.
func Take(path, holder string) (*Lock, error) {
	file := flock.New(path, flock.SetFlag(flags(path)), flock.SetPermissions(0o666))
	got, err := file.TryLock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("no lock at %s: %w", path, err)
	case !got:
		said, _ := os.ReadFile(path)
		line, _, _ := strings.Cut(string(said), "\n")
		return nil, &HeldError{path, line}
	}
	if holder != "" {
		// Another user's file cannot be written; the lock holds all the same.
		_ = os.WriteFile(path, []byte(holder+"\n"), 0o666)
	}
	return &Lock{file}, nil
}

// flags opens a file of another user without O_CREATE: Linux refuses that in a
// folder that everybody may write (fs.protected_regular), for reading too.
func flags(path string) int {
	if _, err := os.Stat(path); err == nil {
		return os.O_RDONLY
	}
	return os.O_RDONLY | os.O_CREATE
}

// Release gives the lock back. The file stays: a program that waits has it open,
// and a new file of the same name would be another lock.
func (l *Lock) Release() {
	if l != nil {
		_ = l.file.Unlock()
	}
}

// Folder is a temporary folder that shows whether its owner is alive.
type Folder struct {
	Path string
	lock *Lock
}

// Names in a temporary folder's parent, and in itself.
const (
	folderPattern = "cachelab-work-"
	folderLock    = "lock"
)

// settling is how old a folder must be before somebody else may take it for
// abandoned: its owner locks it within milliseconds of making it.
const settling = time.Minute

// NewFolder makes a temporary folder in dir. It first removes those that
// programs left behind which could not clean up, killed ones above all.
func NewFolder(dir string) (*Folder, error) {
	clear(dir)
	path, err := os.MkdirTemp(dir, folderPattern)
	if err != nil {
		return nil, err
	}
	lock, err := Take(filepath.Join(path, folderLock), fmt.Sprint(os.Getpid()))
	if err != nil {
		os.RemoveAll(path)
		return nil, err
	}
	return &Folder{path, lock}, nil
}

// Remove removes the folder with all that is in it.
func (f *Folder) Remove() {
	if f == nil {
		return
	}
	f.lock.Release() // Windows does not remove an open file
	_ = os.RemoveAll(f.Path)
}

// clear removes the temporary folders in dir whose owner is dead. A folder of
// another user stays, because it cannot be removed.
func clear(dir string) {
	old, _ := filepath.Glob(filepath.Join(dir, folderPattern+"*"))
	for _, path := range old {
		info, err := os.Lstat(path)
		if err != nil || !info.IsDir() || time.Since(info.ModTime()) < settling {
			continue
		}
		lock, err := Take(filepath.Join(path, folderLock), "")
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			continue // alive, or not ours
		}
		lock.Release()
		_ = os.RemoveAll(path)
	}
}
