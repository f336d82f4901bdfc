// The pad is between the fields of one element. Those of two neighbours have none.
package pad

type Fields struct {
	Hits   uint64
	_      [128]byte
	Misses uint64
	Name   string
}

type Stats struct{ Fields }
