// The padded type is the library's, and Stats embeds it.
package pad

type Fields struct {
	Hits   uint64
	Misses uint64
	Name   string
}

type Stats struct {
	inner
	_ [128]byte
}

type inner struct{ Fields }
