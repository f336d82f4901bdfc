// Tiles of 512 orders: a page of prices, and seven pages of the rest.
package layout

// Order is one record of eight values.
type Order struct{ Price, Amount, Customer, Item, Day, Place, State, Note int64 }

type tile struct{ fields [8][512]int64 }

type Orders struct {
	tiles []tile
	n     int
}

// New returns n empty orders.
func New(n int) *Orders { return &Orders{make([]tile, (n+511)/512), n} }

// Set stores an order.
func (o *Orders) Set(i int, order Order) {
	t := &o.tiles[i/512]
	for f, v := range [8]int64{order.Price, order.Amount, order.Customer, order.Item, order.Day, order.Place, order.State, order.Note} {
		t.fields[f][i%512] = v
	}
}

// Get returns what Set stored.
func (o *Orders) Get(i int) Order {
	t := &o.tiles[i/512]
	k := i % 512
	return Order{t.fields[0][k], t.fields[1][k], t.fields[2][k], t.fields[3][k], t.fields[4][k], t.fields[5][k], t.fields[6][k], t.fields[7][k]}
}

// SumBelow adds up the prices that are below a limit.
func (o *Orders) SumBelow(limit int64) (sum int64) {
	for i := range o.tiles {
		for _, price := range o.tiles[i].fields[0][:min(512, o.n-i*512)] {
			if price < limit {
				sum += price
			}
		}
	}
	return sum
}
