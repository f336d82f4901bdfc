// Four sums over the same array of structs.
package layout

// Order is one record of eight values.
type Order struct{ Price, Amount, Customer, Item, Day, Place, State, Note int64 }

type Orders struct{ list []Order }

// New returns n empty orders.
func New(n int) *Orders { return &Orders{make([]Order, n)} }

// Set stores an order.
func (o *Orders) Set(i int, order Order) { o.list[i] = order }

// Get returns what Set stored.
func (o *Orders) Get(i int) Order { return o.list[i] }

// SumBelow adds up the prices that are below a limit.
func (o *Orders) SumBelow(limit int64) (sum int64) {
	var sums [4]int64
	for i := range o.list {
		if price := o.list[i].Price; price < limit {
			sums[i%4] += price
		}
	}
	sum = sums[0] + sums[1] + sums[2] + sums[3]
	return sum
}
