// Package warn gathers warnings about CPUs.
package warn

import (
	"fmt"
	"slices"

	"cachelab/internal/format"
)

// List gathers warnings. A machine with a thousand CPUs has each fault a
// thousand times: equal sentences are said once, with the CPUs they are about.
type List struct {
	order []string
	cpus  map[string][]int
}

// NewList returns an empty list.
func NewList() *List { return &List{cpus: map[string][]int{}} }

// Addf adds a sentence that is about no CPU.
func (n *List) Addf(format string, args ...any) { n.add(fmt.Sprintf(format, args...)) }

// CPU adds a sentence about one CPU.
func (n *List) CPU(id int, sentence string) { n.add(sentence, id) }

// CPUs adds a sentence about several CPUs.
func (n *List) CPUs(ids []int, sentence string) { n.add(sentence, ids...) }

func (n *List) add(sentence string, ids ...int) {
	if _, ok := n.cpus[sentence]; !ok {
		n.order = append(n.order, sentence)
	}
	n.cpus[sentence] = append(n.cpus[sentence], ids...)
}

// maxSentences is how many different warnings are kept: enough to understand a
// corrupt tree, few enough to print.
const maxSentences = 20

// Sentences returns the warnings in the order in which they were first added.
func (n *List) Sentences() []string {
	var all []string
	for i, s := range n.order {
		if i == maxSentences {
			return append(all, fmt.Sprintf("and %d more warnings of this kind", len(n.order)-i))
		}
		if ids := slices.Compact(slices.Sorted(slices.Values(n.cpus[s]))); len(ids) == 1 {
			s = fmt.Sprintf("CPU %d: %s", ids[0], s)
		} else if len(ids) > 1 {
			s = fmt.Sprintf("CPUs %s: %s", format.CPUList(ids), s)
		}
		all = append(all, s)
	}
	return all
}
