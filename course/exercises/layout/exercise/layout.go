// Package layout is an exercise: see README.md in the folder above.
package layout

// Order is one record of eight values.
type Order struct{ Price, Amount, Customer, Item, Day, Place, State, Note int64 }

// Orders is a list of orders.
type Orders struct {
	list []Order // TODO: SumBelow uses one value of the eight on a line
}

// New returns n empty orders.
func New(n int) *Orders { return &Orders{make([]Order, n)} }

// Set stores an order.
func (o *Orders) Set(i int, order Order) { o.list[i] = order }

// Get returns what Set stored.
func (o *Orders) Get(i int) Order { return o.list[i] }

// SumBelow adds up the prices that are below a limit.
func (o *Orders) SumBelow(limit int64) (sum int64) {
	for i := range o.list {
		if price := o.list[i].Price; price < limit {
			sum += price
		}
	}
	return sum
}
