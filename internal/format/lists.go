package format

import (
	"fmt"
	"strconv"
	"strings"
)

// minStride is the fewest CPUs that are written as a range with a stride: three
// are shorter as they are.
const minStride = 4

// CPUList writes ascending CPU numbers as the kernel and taskset do: 0-3,8. CPUs
// at even distances are a range with a stride, 0-190:2, which is what one thread
// of each core is on many servers.
func CPUList(ids []int) string {
	var parts []string
	for i := 0; i < len(ids); {
		n, stride := run(ids[i:])
		last := ids[i+n-1]
		switch {
		case n == 1:
			parts = append(parts, strconv.Itoa(last))
		case stride == 1:
			parts = append(parts, fmt.Sprintf("%d-%d", ids[i], last))
		default:
			parts = append(parts, fmt.Sprintf("%d-%d:%d", ids[i], last, stride))
		}
		i += n
	}
	return strings.Join(parts, ",")
}

// run is the number of ids that the next range takes, and their distance. A
// range with a stride leaves its last CPU to a range without one that begins
// there.
func run(ids []int) (n, stride int) {
	if len(ids) < 2 {
		return len(ids), 1
	}
	stride = ids[1] - ids[0]
	n = 2
	for n < len(ids) && ids[n]-ids[n-1] == stride {
		n++
	}
	if stride == 1 {
		return n, 1
	}
	if n < len(ids) && ids[n] == ids[n-1]+1 {
		n--
	}
	if n < minStride {
		return 1, 1
	}
	return n, stride
}

// List writes words as a sentence does: "a", "a or b", "a, b or c". last is the
// word before the last one.
func List(words []string, last string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " " + last + " " + words[n-1]
}

// Ints is List for numbers.
func Ints(numbers []int, last string) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return List(words, last)
}
