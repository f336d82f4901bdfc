package rundir

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"

	"cachelab/results/benchlog"
)

// Writer keeps the passes of a run that is being measured. After each pass
// the folder's run.txt holds all finished passes and nothing else, whatever
// happens next: an interrupt, a full disk, a crash.
//
// The whole file is written anew beside its place and renamed, not appended to.
// An append that a full disk or a crash stops halfway leaves half a pass in the
// only copy; here the passes before it stay whole. A run is some hundred
// kilobytes and a pass takes seconds, so that writing it again costs nothing
// that matters: 20 passes of 400 lines are 1 MB in all.
type Writer struct {
	path string
	text []byte // the finished passes
	last int    // number of the last pass
}

// NewWriter begins the run of a folder, which must not have a run.txt. The
// file appears with the first pass.
func NewWriter(dir string) *Writer {
	return &Writer{path: filepath.Join(dir, RunName)}
}

// Path is where the run is written.
func (w *Writer) Path() string { return w.path }

// AppendPass puts the output of one pass behind those before it, under a mark
// with its number and the seed that its benchmarks were shuffled with. Passes
// come in ascending order, from 1; a number may be left out.
//
// Lines that are no results become comments, and are returned
// ([benchlog.CheckPass]). Output that is no pass at all is refused with a
// *[benchlog.FormatError] that names the pass and the line of its output, and the
// run stays as it was.
func (w *Writer) AppendPass(pass int, seed int64, output []byte) ([]benchlog.LeftOut, error) {
	if pass <= w.last {
		return nil, fmt.Errorf("pass %d after pass %d: passes are written in ascending order, from 1", pass, w.last)
	}
	output, left, err := benchlog.CheckPass(fmt.Sprintf("pass %d", pass), output)
	if err != nil {
		return nil, err
	}
	text := bytes.Clone(w.text)
	text = fmt.Appendf(text, "# pass %d seed %d\n", pass, seed)
	text = append(text, output...)
	write := ReplaceFile
	if w.last == 0 {
		write = WriteFile
	}
	if err := write(w.path, text); err != nil {
		if w.last == 0 {
			return nil, fmt.Errorf("pass %d is not written: %w", pass, err)
		}
		return nil, fmt.Errorf("pass %d is not written, the passes before it are kept: %w", pass, err)
	}
	w.text, w.last = text, pass
	return left, nil
}

// Finished is the number of the last pass written, 0 before the first.
func (w *Writer) Finished() int { return w.last }

// errNoPass is what a run without passes has to say.
var errNoPass = errors.New("no pass is finished")

// Log reads back what has been written.
func (w *Writer) Log() (*benchlog.Log, error) {
	if w.last == 0 {
		return nil, fmt.Errorf("%s: %w", w.path, errNoPass)
	}
	return benchlog.Read(bytes.NewReader(w.text), filepath.ToSlash(w.path))
}
