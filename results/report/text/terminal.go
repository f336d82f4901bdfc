package text

import (
	"io"
	"os"

	"golang.org/x/term"
)

// OptionsFor are the options for a stream: the width and the colours of a
// terminal, and plain text of DefaultWidth for a file or a pipe.
func OptionsFor(w io.Writer) Options {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return Options{}
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		width = 0
	}
	return Options{Width: min(width, mostWidth), Colour: Colour(true, os.Getenv)}
}

// mostWidth keeps lines short enough to read on a wide screen.
const mostWidth = 110
