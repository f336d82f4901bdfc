// The column for the sums has 32 bits: it adds up other prices than it was given.
package layout

// Order is one record of eight values.
type Order struct{ Price, Amount, Customer, Item, Day, Place, State, Note int64 }

type Orders struct {
	list   []Order
	prices []int32
}

// New returns n empty orders.
func New(n int) *Orders { return &Orders{make([]Order, n), make([]int32, n)} }

// Set stores an order.
func (o *Orders) Set(i int, order Order) { o.list[i], o.prices[i] = order, int32(order.Price) }

// Get returns what Set stored.
func (o *Orders) Get(i int) Order { return o.list[i] }

// SumBelow adds up the prices that are below a limit.
func (o *Orders) SumBelow(limit int64) (sum int64) {
	for _, price := range o.prices {
		if int64(price) < limit {
			sum += int64(price)
		}
	}
	return sum
}
