package format

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// escapes are the control sequences of terminals: CSI (colours, cursor), OSC
// (titles, links; ended by BEL or ST) and two-character ones (ECMA-48, sections
// 5.3 to 5.6).
var escapes = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)|\x1b[ -/]*[0-~]")

// StripEscapes takes the control sequences of terminals out of text.
func StripEscapes(s string) string {
	if strings.IndexByte(s, 0x1b) < 0 {
		return s
	}
	return escapes.ReplaceAllString(s, "")
}

// OneLine makes text of a file safe for one line of a terminal or a page:
// escape sequences go, control characters and bytes that are not UTF-8 become
// spaces, runs of space one space. Marks that reorder text go as well, because a
// name could hide itself with them.
func OneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		case unicode.IsControl(r), r == utf8.RuneError:
			return ' '
		}
		return r
	}, StripEscapes(s))
	return strings.Join(strings.Fields(s), " ")
}

// Quote repeats text of a file in a message: on one line, quoted, cut to max
// bytes so that the message stays on one line of a terminal.
func Quote(text string, max int) string {
	text = strings.TrimSpace(text)
	if len(text) <= max {
		return strconv.Quote(text)
	}
	cut := max
	for cut > max-utf8.UTFMax && cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return strconv.Quote(text[:cut]) + "..."
}

// Shorten cuts text to at most n runes, at a space where one is near.
func Shorten(s string, n int) string {
	r := []rune(OneLine(s))
	if len(r) <= n {
		return string(r)
	}
	if n < 2 {
		return string(r[:max(n, 0)])
	}
	cut := n - 1
	for i := cut; i > cut*2/3; i-- {
		if r[i] == ' ' {
			cut = i
			break
		}
	}
	return strings.TrimRight(string(r[:cut]), " ,;:") + "…"
}

// Wrap breaks text into lines of at most width runes. A word longer than a line
// has a line to itself.
func Wrap(s string, width int) []string {
	var lines []string
	line, n := "", 0
	for _, word := range strings.Fields(OneLine(s)) {
		w := utf8.RuneCountInString(word)
		switch {
		case line == "":
			line, n = word, w
		case n+1+w > width:
			lines = append(lines, line)
			line, n = word, w
		default:
			line, n = line+" "+word, n+1+w
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// FirstLines returns the first n lines of text that is trimmed first, such as
// what a program printed before it failed.
func FirstLines(text string, n int) string {
	lines := strings.SplitN(strings.TrimSpace(text), "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "\n")
}

// Slug makes a name of lower-case letters, digits and dots with one hyphen
// between words, for folders, links and configuration values.
func Slug(s string) string {
	var words []string
	for _, word := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '.')
	}) {
		if word = strings.Trim(word, "."); word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, "-")
}
