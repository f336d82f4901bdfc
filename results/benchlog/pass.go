package benchlog

import (
	"bytes"
	"fmt"
	"slices"
)

// CheckPass holds the output of one benchmark process to what a recorded run
// may take up, and returns it with a newline at its end; name stands for the file
// in messages. It is strict where [Read] warns: output with a line that cannot
// be read, or with pass marks, is refused with a *[FormatError]. A last line that
// an interrupt cut off becomes a comment.
func CheckPass(name string, output []byte) ([]byte, error) {
	log, marks, err := read(bytes.NewReader(output), name)
	if err != nil {
		return nil, err
	}
	if len(marks) > 0 {
		return nil, &FormatError{name, marks[0].line, "a pass mark", "the output of one benchmark process"}
	}
	for _, w := range log.Warnings {
		if w.Format != nil {
			return nil, w.Format
		}
	}
	if bytes.HasSuffix(output, []byte("\n")) {
		return output, nil
	}
	start := bytes.LastIndexByte(output, '\n') + 1
	whole, last := slices.Clone(output[:start]), output[start:]
	if slices.ContainsFunc(log.Warnings, func(w Warning) bool { return w.Kind == CutOff }) {
		whole = append(whole, "# cut off: "...)
	}
	return fmt.Appendf(whole, "%s\n", last), nil
}
