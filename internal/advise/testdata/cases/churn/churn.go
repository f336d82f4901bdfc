// Package churn allocates small objects all the time and drops them, so that
// memory goes from one goroutine to another through the collector.
package churn

type node struct {
	value int
	next  *node
}

func Build(n int) *node {
	var list *node
	for i := range n {
		list = &node{value: i, next: list}
	}
	return list
}

func (l *node) Sum() (sum int) {
	for ; l != nil; l = l.next {
		l.value++
		sum += l.value
	}
	return sum
}
