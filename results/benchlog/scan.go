package benchlog

import (
	"bufio"
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// benchfmt passes over what it does not know. That suits lines between
// results, but a damaged or foreign file would read as an empty run, and a
// result line that an interrupt cut off as a result in another unit. So the
// lines are looked through first, and what benchfmt would misread is blanked:
// the line numbers stay.

// scannedFile is a file's text as benchfmt may see it, with its pass marks.
type scannedFile struct {
	text     []byte
	lines    []string // as they were
	marked   bool     // the file has pass marks
	marks    []passMark
	markLine map[int]int // of each pass
	warnings []string
}

// passMark is one `# pass <k> seed <n>`.
type passMark struct{ line, pass int }

// passOf is the pass that a line (from 1) belongs to, 0 before the first mark.
func (s *scannedFile) passOf(line int) int {
	i, _ := slices.BinarySearchFunc(s.marks, line, func(m passMark, line int) int { return m.line - line })
	if i == 0 {
		return 0
	}
	return s.marks[i-1].pass
}

// scan looks through the lines of a recorded run.
func scan(data []byte, file string) (*scannedFile, error) {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return nil, &FormatError{file, 1, "UTF-16 text", "UTF-8 (in PowerShell: go test -bench . | Out-File -Encoding utf8 run.txt)"}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, &FormatError{file, 1, "an empty file", wantResult}
	}
	s := &scannedFile{lines: strings.Split(string(data), "\n"), markLine: map[int]int{}}
	ended := s.lines[len(s.lines)-1] == ""
	if ended {
		s.lines = s.lines[:len(s.lines)-1]
	}
	kept := slices.Clone(s.lines)
	blank := true // so far
	for i, text := range s.lines {
		if len(text) >= bufio.MaxScanTokenSize {
			return nil, &FormatError{file, i + 1, fmt.Sprintf("a line of %d bytes", len(text)), fmt.Sprintf("lines under %d bytes, which benchfmt can read", bufio.MaxScanTokenSize)}
		}
		if strings.IndexByte(text, 0) >= 0 || !utf8.ValidString(text) {
			return nil, &FormatError{file, i + 1, "bytes that are no text, " + quote(text), wantResult}
		}
		if blank && strings.TrimSpace(text) != "" {
			blank = false
			if err := foreign(text); err != "" {
				return nil, &FormatError{file, i + 1, err + ", " + quote(text), wantResult}
			}
		}
		if err := s.mark(i+1, text, file); err != nil {
			return nil, err
		}
		if name, rest, ok := unfinished(text); ok {
			kept[i] = ""
			s.warn(file, i+1, "%s did not finish: %s", name, quote(rest))
		}
	}
	if last := len(kept) - 1; !ended && strings.HasPrefix(kept[last], "Benchmark") && !complete(kept[:last], kept[last]) {
		s.warn(file, last+1, "the last line is cut off, its sample is left out: %s", quote(kept[last]))
		kept[last] = ""
	}
	s.text = []byte(strings.Join(kept, "\n"))
	return s, nil
}

func (s *scannedFile) warn(file string, line int, format string, args ...any) {
	s.warnings = append(s.warnings, fmt.Sprintf("%s:%d: ", file, line)+fmt.Sprintf(format, args...))
}

// foreign names the format of a file by the first line that is not blank, or
// is empty where it may be benchmark results.
func foreign(first string) string {
	first = strings.ToLower(strings.TrimSpace(first))
	switch {
	case strings.HasPrefix(first, "<"):
		return "HTML or XML"
	case strings.HasPrefix(first, "{"), strings.HasPrefix(first, "["):
		return "JSON"
	}
	return ""
}

// A mark that is nearly one is an error, not a comment: passing over it would
// put the samples below it into another pass.
var (
	markLike  = regexp.MustCompile(`^#\s*pass\b`)
	markExact = regexp.MustCompile(`^# pass ([1-9][0-9]{0,8}) seed (-?[0-9]{1,19})\s*$`)
)

// mark notes the pass mark in a line, if it is one.
func (s *scannedFile) mark(line int, text, file string) error {
	if !markLike.MatchString(text) {
		return nil
	}
	m := markExact.FindStringSubmatch(text)
	if m == nil {
		return &FormatError{file, line, quote(text), "`# pass <k> seed <n>` with k from 1"}
	}
	pass, err := strconv.Atoi(m[1])
	if err != nil {
		return &FormatError{file, line, quote(text), "a pass number"}
	}
	if first, ok := s.markLine[pass]; ok {
		return &FormatError{file, line, fmt.Sprintf("pass %d, which began on line %d already", pass, first), "each pass once (one run a file)"}
	}
	s.marked = true
	s.markLine[pass] = line
	s.marks = append(s.marks, passMark{line, pass})
	return nil
}

// What package testing, the runtime and the go command print in the place of a
// result, on the line that already has the benchmark's name: testing writes the
// name before it runs the benchmark (benchmark.go, processBench).
var unfinishedLine = regexp.MustCompile(`^(Benchmark\S*)\s+(--- (?:FAIL|SKIP|BENCH):.*|panic:.*|fatal error:.*|signal: .*|SIG[A-Z]+: .*|exit status .*)$`)

// unfinished recognises the line of a benchmark that gave no result.
func unfinished(text string) (name, rest string, ok bool) {
	m := unfinishedLine.FindStringSubmatch(strings.TrimRight(text, "\r"))
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// complete reports whether a last line without a newline is a whole result all
// the same: an editor may have taken the newline away. "12.3 ns/op" cut to
// "12.3 ns/o" is a result in another unit, so only an earlier line of the same
// benchmark, with the same units, proves it.
func complete(before []string, last string) bool {
	name, units, ok := unitsOf(last)
	if !ok {
		return false
	}
	for _, text := range slices.Backward(before) {
		n, u, ok := unitsOf(text)
		if ok && n == name {
			return slices.Equal(u, units)
		}
	}
	return false
}

// unitsOf is the name and the units of a result line.
func unitsOf(text string) (name string, units []string, ok bool) {
	f := strings.Fields(text)
	if len(f) < 4 || len(f)%2 != 0 || !strings.HasPrefix(f[0], "Benchmark") {
		return "", nil, false
	}
	for i := 3; i < len(f); i += 2 {
		units = append(units, f[i])
	}
	return f[0], units, true
}
