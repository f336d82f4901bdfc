// The prices are a column, and the rest is lost.
package layout

// Order is one record of eight values.
type Order struct{ Price, Amount, Customer, Item, Day, Place, State, Note int64 }

type Orders struct{ prices []int64 }

// New returns n empty orders.
func New(n int) *Orders { return &Orders{make([]int64, n)} }

// Set stores an order.
func (o *Orders) Set(i int, order Order) { o.prices[i] = order.Price }

// Get returns what Set stored.
func (o *Orders) Get(i int) Order { return Order{Price: o.prices[i]} }

// SumBelow adds up the prices that are below a limit.
func (o *Orders) SumBelow(limit int64) (sum int64) {
	for _, price := range o.prices {
		if price < limit {
			sum += price
		}
	}
	return sum
}
