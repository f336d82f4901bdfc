// The pad has a name and stands last; Fields is not embedded under its own name only.
package pad

type Fields struct {
	Hits   uint64
	Misses uint64
	Name   string
}

type Stats struct {
	Fields
	padding [256]byte
}

var _ = Stats{}.padding
