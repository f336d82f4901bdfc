package benchlog

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"cachelab/internal/format"
)

// source is the text of a file as benchfmt may see it. benchfmt passes over what
// it does not know. That suits lines between results, but a result line that an
// interrupt cut off would be a result in another unit, one with a log line in it
// none at all, and a log line of the form "key: value" configuration. So each
// line is looked at first, and only what benchfmt understands goes on.
//
// It is an [io.Reader] of lines; benchfmt numbers them, and line says where in
// the file each came from.
type source struct {
	in   *bufio.Reader
	warn *warnings
	err  error // of in, other than io.EOF

	read    int            // lines read from the file
	out     bytes.Buffer   // text that benchfmt has not asked for
	origins []int32        // of each line written to out, the line of the file
	units   map[int]string // the Unit lines among them, quoted, for messages
	changes map[string]int // how often each configuration key was set
	marks   []mark
	ended   bool

	cut     int    // the line of out that has no newline in the file, 0: none
	cutText string // what it says
	pending pending
	json    jsonStream

	foreign, binary string // what the first line, or a line with a zero byte, looks like
	foreignLine     int
	binaryLine      int
	anything        bool // a line is not blank
	table           int  // a line that is one of a table of benchstat's, 0: none
}

// pending is a benchmark's name whose result has not come: testing writes the
// name before it runs the benchmark (benchmark.go, processBench).
type pending struct {
	name string
	line int
	text string // what was printed behind the name, empty for nothing
}

// maxLine is the longest line that is read, in bytes: benchfmt reads no longer
// ones, and no result has a tenth of it.
const maxLine = bufio.MaxScanTokenSize - 1024

func newSource(r io.Reader, w *warnings) *source {
	return &source{in: bufio.NewReaderSize(r, maxLine), warn: w, units: map[int]string{}, changes: map[string]int{}}
}

// Read gives out the text, cleaned.
func (s *source) Read(p []byte) (int, error) {
	for s.out.Len() == 0 {
		if s.ended {
			return 0, io.EOF
		}
		s.next()
	}
	return s.out.Read(p)
}

// line is the line of the file that a line of the text came from.
func (s *source) line(at int) int {
	if at < 1 || at > len(s.origins) {
		return s.read
	}
	return int(s.origins[at-1])
}

// next takes one line of the file.
func (s *source) next() {
	raw, err := s.in.ReadSlice('\n')
	long := errors.Is(err, bufio.ErrBufferFull)
	size := len(raw)
	first := raw
	for errors.Is(err, bufio.ErrBufferFull) {
		first = nil
		var rest []byte
		rest, err = s.in.ReadSlice('\n')
		size += len(rest)
	}
	if err != nil {
		s.ended = true
		if err != io.EOF {
			s.err = fmt.Errorf("%s: %w", s.warn.file, err)
			return
		}
		if size == 0 {
			return
		}
	}
	s.read++
	if long {
		s.anything = true
		s.warn.unreadable(s.read, fmt.Sprintf("a line of %d bytes", size), fmt.Sprintf("less than %d", maxLine), "the line")
		return
	}
	s.raw(bytes.TrimSuffix(first, []byte("\n")), s.ended)
}

// raw makes text of the bytes of a line. cut: the file ends without a newline.
func (s *source) raw(line []byte, cut bool) {
	if s.read == 1 {
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	}
	if bytes.IndexByte(line, 0) >= 0 {
		if s.binary == "" {
			s.binary, s.binaryLine = "bytes that are not text, "+quote(latin1(line)), s.read
		}
		return
	}
	text := string(line)
	if !utf8.ValidString(text) {
		text = latin1(line)
	}
	text = unprefixed(format.StripEscapes(strings.TrimRight(text, "\r")))
	if !s.anything && strings.TrimSpace(text) != "" {
		s.anything = true
		s.foreign, s.foreignLine = foreign(text), s.read
	}
	if s.json.is(text) {
		s.fromJSON(text)
		return
	}
	s.clean(text, s.read, cut)
}

// latin1 reads bytes that are no UTF-8 as ISO 8859-1, where each byte is the
// character of its number.
func latin1(line []byte) string {
	runes := make([]rune, len(line))
	for i, b := range line {
		runes[i] = rune(b)
	}
	return string(runes)
}

// write hands a line to benchfmt.
func (s *source) write(text string, line int) {
	s.out.WriteString(text)
	s.out.WriteByte('\n')
	s.origins = append(s.origins, int32(line))
}

// finish warns of what the end of the file leaves open.
func (s *source) finish() {
	s.endJSON()
	s.flushPending()
	if s.cut != 0 {
		s.cutOff()
	}
}

// cutOff warns that the last line is left out.
func (s *source) cutOff() {
	s.warn.add(CutOff, s.read, "the last line is cut off, its sample is left out: %s", quote(s.cutText))
	s.cut = 0
}

// nothing says what a file without a result is.
func (s *source) nothing() error {
	file := s.warn.file
	switch {
	case s.binary != "":
		return &FormatError{file, s.binaryLine, s.binary, wantResults}
	case !s.anything:
		return &FormatError{file, 1, "an empty file", wantResults}
	case s.json.seen:
		return &FormatError{file, max(1, s.read), "the output of go test -json without a benchmark result", wantResults}
	case s.table != 0:
		return &FormatError{file, s.table, "a table of benchstat or benchcmp, which has no single results", "the output of go test -bench that the table was made of"}
	case s.foreign != "":
		return &FormatError{file, s.foreignLine, s.foreign, wantResults}
	}
	for _, w := range s.warn.list {
		if w.Kind == Unreadable {
			got, _, _ := strings.Cut(strings.TrimPrefix(w.Text, "got "), ", expected ")
			return &FormatError{file, cmp.Or(w.Line, 1), got + " and no result that can be read", wantResults}
		}
	}
	return &FormatError{file, max(1, s.read), "a file without a single result", wantResults}
}

// foreign names the format of a file by the first line that is not blank; it is
// empty where it may be benchmark results.
func foreign(first string) string {
	trimmed := strings.TrimSpace(first)
	switch {
	case strings.HasPrefix(trimmed, "<"):
		return "HTML or XML, " + quote(first)
	case strings.HasPrefix(trimmed, "{"), strings.HasPrefix(trimmed, "["):
		return "JSON, " + quote(first)
	}
	return ""
}
