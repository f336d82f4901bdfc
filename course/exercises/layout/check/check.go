// Package check judges the exercise layout: go run ./course/check layout.
package check

import (
	"math/rand/v2"
	"runtime"

	"cachelab/course/internal/judge"
)

const (
	// orderCount makes 16 MiB of orders of 64 bytes: more than a second-level cache,
	// and their prices alone (2 MiB) are an eighth of it.
	orderCount = 256 << 10
	// priceRange and leastLimit: nearly all prices are below a limit, so that the branch
	// is predicted and the memory is what takes the time.
	priceRange = 1000
	leastLimit = 980
)

// Check asks Orders to keep what was stored, and SumBelow for less time.
func Check(r *judge.Report) error {
	if missing := keeps(); missing != "" {
		r.Missing("%s", missing)
		return nil
	}
	r.Done("Get returns what Set stored")
	m := newMeasured()
	gain, err := judge.GainAlone(m.arm(m.slow), m.arm(m.model), m.arm(func(limit int64) int64 { return m.yours.SumBelow(limit) }))
	if err != nil {
		return err
	}
	if m.wrong {
		r.Missing("SumBelow returns a wrong sum, or one of values that have changed since")
		return nil
	}
	r.Done("SumBelow adds right, also after orders change")
	r.Weigh(gain, "SumBelow is faster", "SumBelow is not faster enough. How many of the bytes of each line does it use?")
	r.Why("A line brings 64 bytes. In an array of structs SumBelow uses 8 of them, in a column all 64. A machine whose last level holds 16 MiB, or whose prefetchers keep up with one core, shows less.")
	return nil
}

// keeps says what is wrong with the values of any size: of Get, which returns what Set
// stored, or of SumBelow. It is empty where nothing is.
func keeps() string {
	const n = 20
	random := rand.New(rand.NewPCG(9, 1))
	var want [n]Order
	o := newOrders(n)
	for range 3 {
		for i := range want {
			v := func() int64 { return int64(random.Uint64()) }
			want[i] = Order{Price: v(), Amount: v(), Customer: v(), Item: v(), Day: v(), Place: v(), State: v(), Note: v()}
			o.Set(i, want[i])
		}
		for i := range want {
			if o.Get(i) != want[i] {
				return "Get does not return what Set stored: every field must come back"
			}
		}
		limit, sum := int64(random.Uint64()), int64(0)
		for _, order := range want {
			if order.Price < limit {
				sum += order.Price
			}
		}
		if o.SumBelow(limit) != sum {
			return "SumBelow returns a wrong sum of prices that are negative, or beyond 32 bits"
		}
	}
	return ""
}

// measured holds the same orders three times.
type measured struct {
	list   []Order // the slow way
	prices []int64 // the model's way
	yours  *Orders
	random *rand.Rand
	wrong  bool
}

func newMeasured() *measured {
	m := &measured{make([]Order, orderCount), make([]int64, orderCount), newOrders(orderCount), rand.New(rand.NewPCG(9, 2)), false}
	for i := range m.list {
		m.set(i)
	}
	for i := range evicted {
		evicted[i] = 1 // memory that was never written is one and the same page of zeros
	}
	return m
}

func (m *measured) set(i int) {
	price := m.random.Int64N(priceRange)
	m.list[i] = Order{Price: price, Amount: int64(i)}
	m.prices[i] = price
	m.yours.Set(i, m.list[i])
}

// arm is a sample of one way to add up. An order changes before each sample, so that a
// sum cannot be kept.
func (m *measured) arm(sum func(limit int64) int64) func() (int, func()) {
	return func() (int, func()) {
		m.set(m.random.IntN(orderCount))
		limit := leastLimit + m.random.Int64N(priceRange-leastLimit)
		want := m.model(limit)
		clearCaches()
		return orderCount, func() {
			if sum(limit) != want {
				m.wrong = true
			}
		}
	}
}

// evicted is read before each sample, so that no arm finds in a cache what the one
// before has read: 32 MiB, twice the orders.
var evicted = make([]int64, 32<<20/8)

func clearCaches() {
	sum := int64(0)
	for i := 0; i < len(evicted); i += 8 {
		sum += evicted[i]
	}
	runtime.KeepAlive(sum)
}

//go:noinline
func (m *measured) slow(limit int64) (sum int64) {
	for i := range m.list {
		if price := m.list[i].Price; price < limit {
			sum += price
		}
	}
	return sum
}

//go:noinline
func (m *measured) model(limit int64) (sum int64) {
	for _, price := range m.prices {
		if price < limit {
			sum += price
		}
	}
	return sum
}
