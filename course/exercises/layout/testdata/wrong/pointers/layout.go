// An array of pointers: a line for each price, and the pointers besides.
package layout

// Order is one record of eight values.
type Order struct{ Price, Amount, Customer, Item, Day, Place, State, Note int64 }

type Orders struct{ list []*Order }

// New returns n empty orders.
func New(n int) *Orders {
	o := &Orders{make([]*Order, n)}
	for i := range o.list {
		o.list[i] = new(Order)
	}
	return o
}

// Set stores an order.
func (o *Orders) Set(i int, order Order) { *o.list[i] = order }

// Get returns what Set stored.
func (o *Orders) Get(i int) Order { return *o.list[i] }

// SumBelow adds up the prices that are below a limit.
func (o *Orders) SumBelow(limit int64) (sum int64) {
	for _, order := range o.list {
		if order.Price < limit {
			sum += order.Price
		}
	}
	return sum
}
