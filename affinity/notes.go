package affinity

import (
	"fmt"
	"slices"
)

// notes gathers warnings. A machine with a thousand CPUs has each fault a
// thousand times: equal sentences are said once, with the CPUs they are about.
type notes struct {
	order []string
	cpus  map[string][]int
}

func newNotes() *notes { return &notes{cpus: map[string][]int{}} }

// addf adds a sentence that is about no CPU.
func (n *notes) addf(format string, args ...any) { n.add(fmt.Sprintf(format, args...)) }

// cpu adds a sentence about one CPU.
func (n *notes) cpu(id int, sentence string) { n.add(sentence, id) }

func (n *notes) add(sentence string, ids ...int) {
	if _, ok := n.cpus[sentence]; !ok {
		n.order = append(n.order, sentence)
	}
	n.cpus[sentence] = append(n.cpus[sentence], ids...)
}

// maxNotes is how many different warnings are kept: enough to understand a
// corrupt tree, few enough to print.
const maxNotes = 20

func (n *notes) sentences() []string {
	var all []string
	for i, s := range n.order {
		if i == maxNotes {
			return append(all, fmt.Sprintf("and %d more warnings of this kind", len(n.order)-i))
		}
		if ids := slices.Compact(slices.Sorted(slices.Values(n.cpus[s]))); len(ids) == 1 {
			s = fmt.Sprintf("cpu %d: %s", ids[0], s)
		} else if len(ids) > 1 {
			s = fmt.Sprintf("cpus %s: %s", formatCPUList(ids), s)
		}
		all = append(all, s)
	}
	return all
}
