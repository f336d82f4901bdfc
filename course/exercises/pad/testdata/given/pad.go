// Package pad is an exercise: see README.md in the folder above.
package pad

// Fields are what one worker counts.
type Fields struct {
	Hits   uint64
	Misses uint64
	Name   string
}

// Stats are one worker's fields. The program has a slice of them, one element
// for each worker, and each worker writes to its own element only.
type Stats struct {
	Fields
	// TODO: keep the fields of two neighbours in a slice on different lines, also
	// when somebody adds a field to Fields next year.
}
