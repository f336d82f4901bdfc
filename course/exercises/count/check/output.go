package check

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// closing is the program's last line.
const closing = "Terminating Program"

// numberLine is A:100, and [A:100] as the well-known answer prints it.
var numberLine = regexp.MustCompile(`^\[?([^\s\[\]]+):\s*(-?\d+)\]?$`)

// checkOutput says in plain words what is missing from a program's output;
// nothing where it is as the exercise wants it. The order across the two
// goroutines is the scheduler's, and not looked at.
func checkOutput(output string) (missing []string) {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	numbers := map[string][]int{}
	var names []string // in order of appearance
	late := false      // a number after the closing line
	closed := false
	for _, line := range lines {
		line = strings.TrimSpace(line)
		closed = closed || line == closing
		m := numberLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		n, err := strconv.Atoi(m[2])
		if err != nil {
			continue // not a number that anyone would count to
		}
		late = late || closed
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
		numbers[m[1]] = append(numbers[m[1]], n)
	}
	switch len(names) {
	case 0:
		missing = append(missing, "no numbers yet: each goroutine prints its numbers with its name, one a line, such as A:100")
	case 1:
		missing = append(missing, fmt.Sprintf("only %s prints numbers: a second goroutine, with a name of its own, counts the other way", names[0]))
	case 2:
	default:
		missing = append(missing, fmt.Sprintf("%d names before the numbers (%s): two goroutines, two names", len(names), strings.Join(names, ", ")))
	}
	up := make([]int, 101)
	for i := range up {
		up[i] = i
	}
	down := slices.Clone(up)
	slices.Reverse(down)
	ways := map[bool][]string{}
	for _, name := range names {
		got := numbers[name]
		switch {
		case slices.Equal(got, up):
			ways[true] = append(ways[true], name)
		case slices.Equal(got, down):
			ways[false] = append(ways[false], name)
		default:
			missing = append(missing, miscounted(name, got))
		}
	}
	for goesUp, same := range ways {
		if len(same) == 2 {
			way := map[bool]string{true: "up: one counts from 100 down to 0", false: "down: one counts from 0 up to 100"}[goesUp]
			missing = append(missing, "both count "+way)
		}
	}
	switch {
	case late:
		missing = append(missing, fmt.Sprintf("numbers come after the line %q: main does not wait for both", closing))
	case lines[len(lines)-1] != closing:
		missing = append(missing, fmt.Sprintf("the last line is %q, and should be %q", lines[len(lines)-1], closing))
	}
	return missing
}

// miscounted says what is wrong with one goroutine's numbers.
func miscounted(name string, got []int) string {
	first, last := got[0], got[len(got)-1]
	what := fmt.Sprintf("%s prints %d numbers, from %d to %d", name, len(got), first, last)
	low, high := slices.Min(got), slices.Max(got)
	switch {
	case low < 0 || high > 100:
		return what + ": it goes beyond 0 or 100"
	case high < 100:
		return what + ": 100 is missing, 101 numbers were asked for (is it < where it should be <=?)"
	case low > 0:
		return what + ": 0 is missing, 101 numbers were asked for (is it > where it should be >=?)"
	case len(got) != 101:
		return what + ": 101 were asked for, each once"
	}
	return what + ", not in order: step by one"
}
