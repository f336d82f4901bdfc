package rundir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteFile writes a file that is not there yet, and which is there either
// whole or not at all: the data go into a file beside it, to the disk, and take
// the name last. Where path exists it is left alone, and the error is [ErrExist].
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
		return &PathError{Path: path, Kind: ErrExist, Err: fs.ErrExist}
	}
	// File systems without hard links (FAT, some network shares) leave a
	// moment between the look and the rename, in a folder that is this run's.
	if _, err := os.Lstat(path); err == nil {
		return &PathError{Path: path, Kind: ErrExist, Err: fs.ErrExist}
	}
	return rename(tmp, path)
}

// ReplaceFile puts new content under a name that the caller owns, whole or not
// at all.
func ReplaceFile(path string, data []byte) error {
	tmp, err := writeBeside(path, data)
	if err != nil {
		return err
	}
	defer os.Remove(tmp)
	return rename(tmp, path)
}

func rename(tmp, path string) error {
	if err := os.Rename(tmp, path); err != nil {
		return writeError(err, path)
	}
	return syncDir(filepath.Dir(path))
}

// writeBeside writes data to a new file in path's folder and returns its name.
// On an error nothing is left behind.
func writeBeside(path string, data []byte) (tmp string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return "", writeError(err, path)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(data); err != nil {
		return "", writeError(err, path)
	}
	// CreateTemp makes files private; runs are to be shared.
	if err := f.Chmod(0o644); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return "", writeError(err, path)
	}
	if err := f.Sync(); err != nil {
		return "", writeError(err, path)
	}
	if err := f.Close(); err != nil {
		return "", writeError(err, path)
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
