// Package layout is an exercise: see README.md in the folder above.
package layout

// Order is one record of eight values.
type Order struct{ Price, Amount, Customer, Item, Day, Place, State, Note int64 }

// Orders is a list of orders: the prices in a column of their own, because SumBelow
// reads all of them and nothing else, and the rest of each order together.
type Orders struct {
	prices []int64
	rest   []Order // without the price
}

// New returns n empty orders.
func New(n int) *Orders { return &Orders{make([]int64, n), make([]Order, n)} }

// Set stores an order.
func (o *Orders) Set(i int, order Order) {
	o.prices[i] = order.Price
	order.Price = 0
	o.rest[i] = order
}

// Get returns what Set stored.
func (o *Orders) Get(i int) Order {
	order := o.rest[i]
	order.Price = o.prices[i]
	return order
}

// SumBelow adds up the prices that are below a limit.
func (o *Orders) SumBelow(limit int64) (sum int64) {
	for _, price := range o.prices {
		if price < limit {
			sum += price
		}
	}
	return sum
}
