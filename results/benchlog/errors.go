package benchlog

import (
	"fmt"

	"cachelab/internal/format"
)

// FormatError says what a recorded file has where something else belongs. The
// file is refused as a whole: results beside a damaged line are not to be
// trusted either.
type FormatError struct {
	File string
	Line int    // from 1
	Got  string // what stands there, quoted and shortened where it is text of the file
	Want string // what was expected instead
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s:%d: got %s, expected %s", e.File, e.Line, e.Got, e.Want)
}

// quoteMax is how much of an offending line an error repeats, in bytes: enough
// to find it by eye, and the message stays on one line of a terminal.
const quoteMax = 60

// quote repeats text of a file in an error, safely for a terminal.
func quote(text string) string { return format.Quote(text, quoteMax) }
