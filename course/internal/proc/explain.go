package proc

import (
	"regexp"
	"strings"
)

// maxLines is how much of a compiler's or the runtime's text a learner is shown.
const maxLines = 12

// LearnersLines returns the lines of a compiler's output that are about files in a
// folder of that name, shortened to begin there. If there are none, the whole output is
// returned: the mistake is then elsewhere.
func LearnersLines(output, folder string) string {
	position := regexp.MustCompile(`^(?:[^\s:][^:]*?)??((?:[\w-]+/)?` + regexp.QuoteMeta(folder) + `/\S+\.go:\d+.*)$`)
	var lines []string
	for line := range strings.Lines(output) {
		if m := position.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			lines = append(lines, m[1])
		}
	}
	if len(lines) == 0 {
		return FirstLines(output, maxLines)
	}
	return FirstLines(strings.Join(lines, "\n"), maxLines)
}

// LearnersPanic returns what ended a program and where in the files of a folder of that
// name: the first line of a panic, and the positions of the first stack that goes
// through the folder.
func LearnersPanic(stderr, folder string) string {
	stacks := strings.Split(strings.TrimSpace(stderr), "\n\n")
	position := regexp.MustCompile(`^\s+.*?((?:[\w-]+/)?` + regexp.QuoteMeta(folder) + `/\S+\.go:\d+)`)
	message := FirstLines(stacks[0], 1)
	for _, stack := range stacks {
		var at []string
		for line := range strings.Lines(stack) {
			if m := position.FindStringSubmatch(line); m != nil {
				at = append(at, "at "+m[1])
			}
		}
		if len(at) > 0 {
			return FirstLines(message+"\n"+strings.Join(at, "\n"), maxLines)
		}
	}
	return FirstLines(stderr, maxLines)
}
