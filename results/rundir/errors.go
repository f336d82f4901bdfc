package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Why a run's folder cannot be written. ErrExist and ErrPermission are those of
// package io/fs as well, for [errors.Is].
var (
	ErrExist      = fmt.Errorf("is there already and is not overwritten: %w", fs.ErrExist)
	ErrPermission = fmt.Errorf("no permission: %w", fs.ErrPermission)
	ErrNoSpace    = errors.New("no space left")
)

// ErrFolder is in every error of writing a run: another folder may help, which
// is for the command to say, whose flag names it.
var ErrFolder = errors.New("the folder cannot be written")

// PathError says which file or folder of a run cannot be written, and why.
type PathError struct {
	Path string
	Kind error // ErrExist, ErrPermission, ErrNoSpace, or nil for another cause
	Err  error // the system's error
}

func (e *PathError) Error() string {
	switch e.Kind {
	case ErrExist:
		if e.Err == nil || errors.Is(e.Err, fs.ErrExist) {
			return e.Path + " is there already and is not overwritten"
		}
		return fmt.Sprintf("%s is not overwritten: %v", e.Path, e.Err)
	case ErrPermission:
		return fmt.Sprintf("no permission to write %s: %v", e.Path, e.Err)
	case ErrNoSpace:
		return fmt.Sprintf("no space left to write %s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("cannot write %s: %v", e.Path, e.Err)
}

func (e *PathError) Unwrap() []error {
	var list []error
	for _, err := range []error{ErrFolder, e.Kind, e.Err} {
		if err != nil {
			list = append(list, err)
		}
	}
	return list
}

// writeError names the file that was meant, where the system's error names the
// one beside it that takes its name later.
func writeError(err error, path string) error {
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe):
		err = pe.Err
	case errors.As(err, &le):
		err = le.Err
	}
	e := &PathError{Path: path, Err: err}
	switch {
	case errors.Is(err, fs.ErrPermission), readOnly(err):
		e.Kind = ErrPermission
	case diskFull(err):
		e.Kind = ErrNoSpace
	}
	return e
}
