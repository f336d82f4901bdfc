package benchlog

import (
	"regexp"
	"slices"
	"strconv"
)

// markExact is a mark that the lab writes above each pass. Another tool's
// "# pass 12" (TAP counts its tests so) is none.
var markExact = regexp.MustCompile(`^# pass ([1-9][0-9]{0,8}) seed (-?[0-9]{1,19})\s*$`)

// mark is one `# pass <k> seed <n>`, above the text's line at.
type mark struct{ at, pass, line int }

// parseMark reads a pass mark.
func parseMark(text string) (pass int, ok bool) {
	m := markExact.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	pass, err := strconv.Atoi(m[1])
	return pass, err == nil
}

// numberPasses gives each sample its pass and returns how many passes there are.
// Until now a sample's Pass is its place in the text.
func numberPasses(log *Log, marks []mark) int {
	if len(marks) == 0 || log.Samples[0].Pass < marks[0].at {
		// Results above the first mark count as those of a file without any.
		n := len(log.Samples)
		if len(marks) > 0 {
			n = slices.IndexFunc(log.Samples, func(s Sample) bool { return s.Pass >= marks[0].at })
			if n < 0 {
				n = len(log.Samples)
			}
		}
		first := countOccurrences(log, n)
		followMarks(log.Samples[n:], marks, first)
	} else {
		followMarks(log.Samples, marks, 0)
	}
	seen := map[int]bool{}
	for i := range log.Samples {
		seen[log.Samples[i].Pass] = true
	}
	return len(seen)
}

// countOccurrences numbers the first n samples: the k-th line of a benchmark is
// of pass k, counted for each configuration that the file compares by. It returns
// the highest number.
func countOccurrences(log *Log, n int) (most int) {
	variants := log.Variants()
	type place struct {
		config int
		full   string
	}
	ids := map[string]int{} // of a configuration, by its package and compared values
	counts := map[place]int{}
	var config []Setting
	id := 0
	for i := range log.Samples[:n] {
		s := &log.Samples[i]
		if i == 0 || !sameConfig(s.Config, config) {
			config = s.Config
			key := s.Setting("pkg")
			for _, v := range variants {
				key += "\n" + s.Setting(v.Key)
			}
			if _, known := ids[key]; !known {
				ids[key] = len(ids)
			}
			id = ids[key]
		}
		at := place{id, s.Full}
		counts[at]++
		s.Pass = counts[at]
		most = max(most, s.Pass)
	}
	return most
}

// followMarks numbers samples by the marks above them. Where a number comes
// again, the file is two runs put together: its passes are counted on from there.
// offset is how many passes there are before.
func followMarks(samples []Sample, marks []mark, offset int) {
	seen := map[int]bool{}
	k, most := 0, offset
	pass := offset
	for i := range samples {
		for k < len(marks) && marks[k].at <= samples[i].Pass {
			if seen[marks[k].pass] {
				seen, offset = map[int]bool{}, most
			}
			seen[marks[k].pass] = true
			pass = offset + marks[k].pass
			most = max(most, pass)
			k++
		}
		samples[i].Pass = pass
	}
}
