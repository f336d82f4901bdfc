package benchlog

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
)

// LeftOut is a line of a pass that is not recorded as a result.
type LeftOut struct {
	Benchmark string // the line's first word, "BenchmarkX/a=b-2"
	Text      string // why, as the warning of [Read] has it
}

// CheckPass holds the output of one benchmark process to what a recorded run
// may take up, and returns it with a newline at its end; name stands for the file
// in messages. A line that is no result, although it begins as one, becomes a
// comment, and so does a last line that an interrupt cut off: it costs its
// benchmark the pass, and no other one. Output without a single result, or with
// pass marks, is refused with a *[FormatError].
func CheckPass(name string, output []byte) ([]byte, []LeftOut, error) {
	log, source, err := read(bytes.NewReader(output), name, math.MaxInt)
	if err != nil {
		return nil, nil, err
	}
	const want = "the output of one benchmark process"
	if len(source.marks) > 0 {
		return nil, nil, &FormatError{name, source.marks[0].line, "a pass mark", want}
	}
	if source.json.seen {
		return nil, nil, &FormatError{name, 1, "the output of go test -json", want}
	}
	lines := bytes.SplitAfter(output, []byte("\n"))
	var left []LeftOut
	bad := map[int]bool{}
	for _, w := range log.Warnings {
		if bad[w.Line] || !slices.Contains([]Kind{Unreadable, Unfinished, CutOff}, w.Kind) {
			continue
		}
		bad[w.Line] = true
		line := &lines[w.Line-1]
		if first, _, _ := cutSpace(strings.TrimRight(string(*line), "\r\n")); w.Kind != CutOff && benchmarkName(first) {
			left = append(left, LeftOut{first, w.Text})
		}
		*line = append(slices.Clone(leftOutMark), *line...)
	}
	if !slices.ContainsFunc(log.Samples, func(s Sample) bool { return !bad[s.Line] }) {
		return nil, nil, &FormatError{name, log.Warnings[0].Line, "no line that is a result (" + log.Warnings[0].Text + ")", wantResult}
	}
	whole := bytes.Join(lines, nil)
	if !bytes.HasSuffix(whole, []byte("\n")) {
		whole = fmt.Appendln(whole)
	}
	return whole, left, nil
}

// leftOutMark makes a comment of a line.
var leftOutMark = []byte("# left out: ")
