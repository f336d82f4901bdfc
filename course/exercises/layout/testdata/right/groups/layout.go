// Orders in groups of sixteen: in a group each value has a column.
package layout

type Order struct{ Price, Amount, Customer, Item, Day, Place, State, Note int64 }

const size = 16

type group struct{ rest [size]Order }

type Orders struct {
	prices [][size]int64
	groups []group
	n      int
}

func New(n int) *Orders {
	return &Orders{make([][size]int64, (n+size-1)/size), make([]group, (n+size-1)/size), n}
}

func (o *Orders) Set(i int, order Order) {
	o.prices[i/size][i%size] = order.Price
	o.groups[i/size].rest[i%size] = order
}

func (o *Orders) Get(i int) Order { return o.groups[i/size].rest[i%size] }

func (o *Orders) SumBelow(limit int64) (sum int64) {
	for g := range o.prices {
		for _, price := range o.prices[g] {
			if price < limit {
				sum += price
			}
		}
	}
	return sum
}
