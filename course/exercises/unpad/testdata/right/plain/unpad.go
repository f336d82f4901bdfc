// Plain words, with something else behind them.
package unpad

type Counters struct {
	First, Second uint64
	name          string
}

var _ = Counters{}.name
