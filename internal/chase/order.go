package chase

// Order is how a chain goes through its nodes.
type Order int

const (
	Random   Order = iota // no prefetcher can guess it
	Forward               // from the lowest address to the highest: every prefetcher guesses it
	Backward              // from the highest to the lowest
)

// visit returns which of the chain's nodes is the i-th one visited, for i in
// 0..nodes-1. A walk in order needs no table: of nodes of 8 bytes there are
// many millions.
func (s ChainSpec) visit(nodes int) func(i int) int {
	switch s.Order {
	case Forward:
		return func(i int) int { return i }
	case Backward:
		return func(i int) int { return nodes - 1 - i }
	}
	order := visitOrder(nodes, s.BlockBytes/s.StrideBytes, s.Seed)
	return func(i int) int { return int(order[i]) }
}
