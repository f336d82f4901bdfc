package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cachelab/internal/format"
)

// sameSecond is how many runs may begin in one second on one machine before
// something is wrong: nobody measures that often, a loop that lost its way does.
const sameSecond = 100

// Create makes the folder of a new run, root/<machine>/<UTC stamp>, and
// returns its path. It never returns a folder that was there before: a second
// run in the same second gets "-2" behind the stamp. Characters of machine that
// a file system might refuse become '-'.
func Create(root, machine string, t time.Time) (string, error) {
	parent := filepath.Join(root, fileName(machine))
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return "", writeError(err, parent)
	}
	stamp := format.Stamp(t)
	for n := 1; n <= sameSecond; n++ {
		dir := filepath.Join(parent, stamp)
		if n > 1 {
			dir += fmt.Sprintf("-%d", n)
		}
		err := os.Mkdir(dir, 0o777)
		if err == nil {
			return dir, nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", writeError(err, dir)
		}
	}
	return "", &PathError{Path: filepath.Join(parent, stamp), Kind: ErrExist, Err: fmt.Errorf("%d runs began in this second", sameSecond)}
}

// fileName makes a machine's name a folder's name.
func fileName(machine string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '-'
	}, machine)
	// "." and ".." are folders already, and a leading dot hides the run.
	if name = strings.Trim(name, ".-"); name == "" {
		return "unknown"
	}
	return name
}

// Check finds out, without making anything, whether a folder that the user named
// cannot become that of a run: it holds one already, or it, or what it would be made
// in, is a file. It is asked before minutes are spent; [Prepare] is asked all the same.
func Check(dir string) error {
	at := dir // the nearest folder that is there
	info, err := os.Stat(at)
	for errors.Is(err, fs.ErrNotExist) && filepath.Dir(at) != at {
		at = filepath.Dir(at)
		info, err = os.Stat(at)
	}
	switch {
	case err != nil:
		return writeError(err, dir)
	case !info.IsDir():
		return &PathError{Path: dir, Err: fmt.Errorf("%s is a file, not a folder", at)}
	case at != dir:
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return writeError(err, dir)
	}
	for _, e := range entries {
		if slices.Contains(Names, e.Name()) {
			return &PathError{Path: dir, Kind: ErrExist, Err: fmt.Errorf("it holds a run (%s)", e.Name())}
		}
	}
	return nil
}

// Prepare readies a folder that the user named for a run: it makes it where
// it is missing, and finds out now, before anything is measured, whether it can
// be written and holds no run already.
func Prepare(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return writeError(err, dir)
	}
	if err := Check(dir); err != nil {
		return err
	}
	probe, err := os.CreateTemp(dir, ".cachelab-")
	if err != nil {
		return writeError(err, dir)
	}
	probe.Close()
	return os.Remove(filepath.Clean(probe.Name()))
}
