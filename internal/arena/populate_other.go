//go:build !linux

package arena

// populate does nothing: no other system has a call for it that all its versions know.
func populate([]byte) {}
