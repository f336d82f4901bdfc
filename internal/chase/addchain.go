package chase

// AddChain does n dependent additions and exclusive ors in turn and returns the
// last result: one cycle each on every mainstream core, so its time is the
// clock that the core really runs at. The time-stamp counter is not that clock
// (trap H15).
//
// Additions alone will not do: the compiler folds two of them into one address
// computation, which is one cycle for both. It cannot fold an addition with
// an exclusive or.
//
//go:noinline
func AddChain(n int, x, y uint64) uint64 {
	for ; n >= 8; n -= 8 {
		x += y
		x ^= y
		x += y
		x ^= y
		x += y
		x ^= y
		x += y
		x ^= y
	}
	return x
}
