// A fixed pad: enough for the fields of today, in a slice that begins on a line.
package pad

type Fields struct {
	Hits   uint64
	Misses uint64
	Name   string
}

type Stats struct {
	Fields
	_ [32]byte
}
