// A column for each field.
package layout

// Order is one record of eight values.
type Order struct{ Price, Amount, Customer, Item, Day, Place, State, Note int64 }

type Orders struct{ prices, amounts, customers, items, days, places, states, notes []int64 }

// New returns n empty orders.
func New(n int) *Orders {
	c := func() []int64 { return make([]int64, n) }
	return &Orders{c(), c(), c(), c(), c(), c(), c(), c()}
}

// Set stores an order.
func (o *Orders) Set(i int, order Order) {
	o.prices[i], o.amounts[i], o.customers[i], o.items[i] = order.Price, order.Amount, order.Customer, order.Item
	o.days[i], o.places[i], o.states[i], o.notes[i] = order.Day, order.Place, order.State, order.Note
}

// Get returns what Set stored.
func (o *Orders) Get(i int) Order {
	return Order{o.prices[i], o.amounts[i], o.customers[i], o.items[i], o.days[i], o.places[i], o.states[i], o.notes[i]}
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
