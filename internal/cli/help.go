package cli

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"cachelab/internal/format"
)

// Help prints a usage text and the flags, as wide as the terminal.
func Help(w io.Writer, f *flag.FlagSet, usage string) {
	var help strings.Builder
	help.WriteString(usage)
	f.SetOutput(&help)
	f.PrintDefaults()
	f.SetOutput(io.Discard)
	fmt.Fprint(w, fitted(help.String(), columns(w)))
}

// columns is the width of a terminal, 0 where w is none.
func columns(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// leastColumn is the narrowest column in which the right part of a line is continued.
const leastColumn = 24

// fitted breaks the lines of a help text at a width, 0 is none. Lines without an indent are
// paragraphs, and filled. An indented line is a flag or a command: what does not fit goes on
// below its description.
func fitted(text string, width int) string {
	if width <= 0 {
		return text
	}
	var out, paragraph []string
	flush := func() {
		out = append(out, format.Wrap(strings.Join(paragraph, " "), width)...)
		paragraph = nil
	}
	for _, line := range strings.Split(strings.ReplaceAll(text, "\t", "    "), "\n") {
		if line != "" && line[0] != ' ' {
			paragraph = append(paragraph, line)
			continue
		}
		flush()
		out = append(out, hung(line, width)...)
	}
	flush()
	return strings.Join(out, "\n")
}

// hung breaks an indented line.
func hung(line string, width int) []string {
	if len([]rune(line)) <= width {
		return []string{line}
	}
	words := strings.TrimLeft(line, " ")
	indent := len(line) - len(words)
	head, tail, split := strings.Cut(words, "  ")
	if !split && strings.HasPrefix(words, "go ") {
		return []string{line} // a command stays in one piece, to be pasted
	}
	if !split {
		return indented(strings.Repeat(" ", indent), strings.Repeat(" ", indent), words, width)
	}
	tail = strings.TrimLeft(tail, " ")
	column := len(line) - len(tail)
	first := line[:column]
	if width-column < leastColumn { // the description goes below
		deeper := strings.Repeat(" ", indent+4)
		return append([]string{strings.Repeat(" ", indent) + head}, indented(deeper, deeper, tail, width)...)
	}
	return indented(first, strings.Repeat(" ", column), tail, width)
}

// indented fills text after first, and its further lines after other, which is as wide.
func indented(first, other, text string, width int) []string {
	lines := format.Wrap(text, width-len(first))
	for i, l := range lines {
		if i == 0 {
			lines[i] = first + l
		} else {
			lines[i] = other + l
		}
	}
	return lines
}
