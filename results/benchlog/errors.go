package benchlog

import (
	"errors"
	"fmt"

	"cachelab/internal/format"
)

// FormatError says what a recorded file has where something else belongs.
type FormatError struct {
	File string
	Line int    // from 1
	Got  string // what stands there, quoted and shortened where it is text of the file
	Want string // what was expected instead
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s:%d: got %s, expected %s", e.File, e.Line, e.Got, e.Want)
}

// IsFormatError reports whether err says that a file is not what was expected,
// rather than that it could not be read at all.
func IsFormatError(err error) bool {
	var format *FormatError
	return errors.As(err, &format)
}

const (
	// wantResults describes a file of results to somebody who sent another file.
	wantResults = "Go benchmark results (`BenchmarkName-2  100  12.3 ns/op`), as `go test -bench .` prints them"
	// wantResult describes one line of them.
	wantResult = "`BenchmarkName-2  100  12.3 ns/op`"
)

// quoteMax is how much of an offending line a message repeats, in bytes: enough
// to find it by eye, and the message stays on one line of a terminal.
const quoteMax = 60

// quote repeats text of a file in a message, safely for a terminal.
func quote(text string) string { return format.Quote(text, quoteMax) }

// keptWarnings is how many warnings of one kind are kept. A damaged file has one
// at every line; a reader needs the first few and the number.
const keptWarnings = 10

// warnings collects the doubts about a file.
type warnings struct {
	file string
	keep int // of each kind
	list []Warning
	of   map[Kind]int
}

func (w *warnings) add(kind Kind, line int, text string, args ...any) {
	if w.of == nil {
		w.of = map[Kind]int{}
	}
	if w.of[kind]++; w.of[kind] <= w.keep {
		w.list = append(w.list, Warning{File: w.file, Line: line, Kind: kind, Text: fmt.Sprintf(text, args...)})
	}
}

// unreadable adds a warning that something is left out, such as "the line".
func (w *warnings) unreadable(line int, got, want, what string) {
	w.add(Unreadable, line, "got %s, expected %s: %s is left out", got, want, what)
	if last := len(w.list) - 1; w.of[Unreadable] <= w.keep {
		w.list[last].Format = &FormatError{w.file, line, got, want}
	}
}

// all are the warnings kept, with the number of those that were not.
func (w *warnings) all() []Warning {
	list := w.list
	for kind := Unreadable; kind <= Mixed; kind++ {
		if more := w.of[kind] - w.keep; more > 0 {
			list = append(list, Warning{File: w.file, Kind: kind, Text: fmt.Sprintf("%s like the last %d are not listed", format.Count(more, "more warning"), w.keep)})
		}
	}
	return list
}
