// The prices are a column, and the other seven values an array for each order.
package layout

// Order is one record of eight values.
type Order struct{ Price, Amount, Customer, Item, Day, Place, State, Note int64 }

type Orders struct {
	prices []int64
	rest   [][7]int64
}

func New(n int) *Orders { return &Orders{make([]int64, n), make([][7]int64, n)} }

func (o *Orders) Set(i int, order Order) {
	o.prices[i] = order.Price
	o.rest[i] = [7]int64{order.Amount, order.Customer, order.Item, order.Day, order.Place, order.State, order.Note}
}

func (o *Orders) Get(i int) Order {
	r := o.rest[i]
	return Order{o.prices[i], r[0], r[1], r[2], r[3], r[4], r[5], r[6]}
}

func (o *Orders) SumBelow(limit int64) (sum int64) {
	for _, price := range o.prices {
		if price < limit {
			sum += price
		}
	}
	return sum
}
