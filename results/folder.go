package results

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// sameSecond is how many runs may begin in one second on one machine before
// something is wrong: nobody measures that often, a loop that lost its way does.
const sameSecond = 100

// CreateRunDir makes the folder of a new run, root/<machine>/<UTC stamp>, and
// returns its path. It never returns a folder that was there before: a second
// run in the same second gets "-2" behind the stamp. Characters of machine that
// a file system might refuse become '-'.
func CreateRunDir(root, machine string, t time.Time) (string, error) {
	parent := filepath.Join(root, fileName(machine))
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return "", mend(err, parent)
	}
	// No colons: Windows has none in file names.
	stamp := t.UTC().Format("20060102T150405Z")
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
			return "", mend(err, dir)
		}
	}
	return "", fmt.Errorf("%s: %d runs began in this second; choose another folder with -out", filepath.Join(parent, stamp), sameSecond)
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

// WriteFile writes a file that is not there yet, and which is there either
// whole or not at all: the data go into a file beside it, to the disk, and take
// the name last. Where path exists it is left alone, and the error is fs.ErrExist.
func WriteFile(path string, data []byte) error {
	tmp, err := writeBeside(path, data)
	if err != nil {
		return err
	}
	defer os.Remove(tmp)
	// A hard link fails where the name is taken; a rename would overwrite.
	err = os.Link(tmp, path)
	switch {
	case err == nil:
		return syncDir(filepath.Dir(path))
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s is there already and is not overwritten; choose another folder with -out: %w", path, fs.ErrExist)
	}
	// File systems without hard links (FAT, some network shares) leave a
	// moment between the look and the rename, in a folder that is this run's.
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s is there already and is not overwritten; choose another folder with -out: %w", path, fs.ErrExist)
	}
	return rename(tmp, path)
}

// replaceFile puts new content under a name that the caller owns, whole or not
// at all.
func replaceFile(path string, data []byte) error {
	tmp, err := writeBeside(path, data)
	if err != nil {
		return err
	}
	defer os.Remove(tmp)
	return rename(tmp, path)
}

func rename(tmp, path string) error {
	if err := os.Rename(tmp, path); err != nil {
		return mend(err, path)
	}
	return syncDir(filepath.Dir(path))
}

// writeBeside writes data to a new file in path's folder and returns its name.
// On an error nothing is left behind.
func writeBeside(path string, data []byte) (tmp string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return "", mend(err, path)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(data); err != nil {
		return "", mend(err, path)
	}
	// CreateTemp makes files private; runs are to be shared.
	if err := f.Chmod(0o644); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return "", mend(err, path)
	}
	if err := f.Sync(); err != nil {
		return "", mend(err, path)
	}
	if err := f.Close(); err != nil {
		return "", mend(err, path)
	}
	return f.Name(), nil
}

// syncDir puts a folder's new names on the disk. Systems that cannot (Windows
// has no such call for folders) keep the name in their journal.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer d.Close()
	_ = d.Sync()
	return nil
}

// howToMend puts an error of the file system into one line that says what to
// do about it. The path is the error's own.
func howToMend(err error) error {
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe):
		return mend(pe.Err, pe.Path)
	case errors.As(err, &le):
		return mend(le.Err, le.New)
	}
	return mend(err, "the run's folder")
}

// mend is howToMend for a path of the caller's choice: the file that was meant,
// where the error names the one beside it.
func mend(err error, path string) error {
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe):
		err = pe.Err
	case errors.As(err, &le):
		err = le.Err
	}
	switch {
	case errors.Is(err, fs.ErrPermission), readOnly(err):
		return fmt.Errorf("no permission to write %s; choose another folder with -out: %w", path, err)
	case diskFull(err):
		return fmt.Errorf("no space left to write %s; free some, or choose another disk with -out: %w", path, err)
	}
	return fmt.Errorf("cannot write %s; choose another folder with -out: %w", path, err)
}
