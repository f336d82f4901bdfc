package chase

import (
	"runtime"
	"time"

	"cachelab/internal/host"
)

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

// TimeAdds is how long n dependent additions of one cycle each take: n over it is the
// clock that the core ran at. What x is does not matter, but it must not be known to
// the compiler.
func TimeAdds(n int, x uint64) time.Duration {
	begin := host.Now()
	sum := AddChain(n, x, 1)
	took := host.Now() - begin
	runtime.KeepAlive(sum)
	return took
}
