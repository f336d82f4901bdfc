package results

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// RunFile is the name of a run's results in its folder.
const RunFile = "run.txt"

// RunWriter keeps the passes of a run that is being measured. After each pass
// the folder's run.txt holds all finished passes and nothing else, whatever
// happens next: an interrupt, a full disk, a crash.
//
// The whole file is written anew beside its place and renamed, not appended to.
// An append that a full disk or a crash stops halfway leaves half a pass in the
// only copy; here the passes before it stay whole. A run is some hundred
// kilobytes and a pass takes seconds, so that writing it again costs nothing
// that matters: 20 passes of 400 lines are 1 MB in all.
type RunWriter struct {
	path string
	text []byte // the finished passes
	last int    // number of the last pass
}

// NewRunWriter begins the run of a folder, which must not have a run.txt. The
// file appears with the first pass.
func NewRunWriter(dir string) *RunWriter {
	return &RunWriter{path: filepath.Join(dir, RunFile)}
}

// Path is where the run is written.
func (w *RunWriter) Path() string { return w.path }

// AppendPass puts the output of one pass behind those before it, under a mark
// with its number and the seed that its benchmarks were shuffled with. Passes
// come in ascending order, from 1; a number may be left out.
//
// Output that ReadLog would not accept is refused with a *[FormatError] that
// names the pass and the line of its output, and the run stays as it was. A
// last line that an interrupt cut off becomes a comment.
func (w *RunWriter) AppendPass(pass int, seed int64, output []byte) error {
	if pass <= w.last {
		return fmt.Errorf("pass %d after pass %d: passes are written in ascending order, from 1", pass, w.last)
	}
	output, err := checkPass(pass, output)
	if err != nil {
		return err
	}
	text := bytes.Clone(w.text)
	text = fmt.Appendf(text, "# pass %d seed %d\n", pass, seed)
	text = append(text, output...)
	write := replaceFile
	if w.last == 0 {
		write = WriteFile
	}
	if err := write(w.path, text); err != nil {
		if w.last == 0 {
			return fmt.Errorf("pass %d is not written: %w", pass, err)
		}
		return fmt.Errorf("pass %d is not written, the passes before it are kept: %w", pass, err)
	}
	w.text, w.last = text, pass
	return nil
}

// checkPass refuses output that would spoil a run, and returns it with a
// newline at its end.
func checkPass(pass int, output []byte) ([]byte, error) {
	name := fmt.Sprintf("pass %d", pass)
	if _, err := ReadLog(bytes.NewReader(output), name); err != nil {
		return nil, err
	}
	s, err := scan(output, name)
	if err != nil {
		return nil, err
	}
	if s.marked {
		return nil, &FormatError{name, s.marks[0].line, "a pass mark", "the output of one benchmark process"}
	}
	if bytes.HasSuffix(output, []byte("\n")) {
		return output, nil
	}
	last := s.lines[len(s.lines)-1]
	whole := bytes.TrimSuffix(bytes.Clone(output), []byte(last))
	if strings.HasPrefix(last, "Benchmark") && !complete(s.lines[:len(s.lines)-1], last) {
		whole = append(whole, "# cut off: "...)
	}
	return fmt.Appendf(whole, "%s\n", last), nil
}

// Finished is the number of the last pass written, 0 before the first.
func (w *RunWriter) Finished() int { return w.last }

// errNoPass is what a run without passes has to say.
var errNoPass = errors.New("no pass is finished")

// Log reads back what has been written.
func (w *RunWriter) Log() (*Log, error) {
	if w.last == 0 {
		return nil, fmt.Errorf("%s: %w", w.path, errNoPass)
	}
	return ReadLog(bytes.NewReader(w.text), filepath.ToSlash(w.path))
}
