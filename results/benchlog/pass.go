package benchlog

import (
	"bytes"
	"fmt"
	"strings"
)

// CheckPass holds the output of one benchmark process to what a recorded run
// may take up, and returns it with a newline at its end; name stands for the file
// in messages. Output that [Read] refuses, or that has pass marks, is refused
// with a *[FormatError]. A last line that an interrupt cut off becomes a comment.
func CheckPass(name string, output []byte) ([]byte, error) {
	if _, err := Read(bytes.NewReader(output), name); err != nil {
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
