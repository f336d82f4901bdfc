// Package opt has values that may be unknown.
//
// A system that does not report a size has not reported 0. So unknown is a
// state of its own, and in JSON it is null, or absent with the option omitzero.
package opt

import (
	"encoding/json"
	"fmt"
)

// Value is a T that may be unknown. The zero Value is unknown; unknown is
// never written as 0 or -1.
type Value[T any] struct {
	value T
	known bool
}

// Some returns a known value.
func Some[T any](v T) Value[T] { return Value[T]{v, true} }

// Get returns the value, and whether it is known.
func (o Value[T]) Get() (T, bool) { return o.value, o.known }

// Or returns the value, or def where it is unknown.
func (o Value[T]) Or(def T) T {
	if o.known {
		return o.value
	}
	return def
}

// IsZero reports whether the value is unknown, so that the omitzero JSON
// option leaves it out.
func (o Value[T]) IsZero() bool { return !o.known }

// MarshalJSON writes the value, or null where it is unknown.
func (o Value[T]) MarshalJSON() ([]byte, error) {
	if !o.known {
		return []byte("null"), nil
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON reads the value; null is unknown.
func (o *Value[T]) UnmarshalJSON(b []byte) error {
	*o = Value[T]{}
	if string(b) == "null" {
		return nil
	}
	err := json.Unmarshal(b, &o.value)
	o.known = err == nil
	return err
}

// String prints the value, or "?" where it is unknown.
func (o Value[T]) String() string {
	if !o.known {
		return "?"
	}
	return fmt.Sprint(o.value)
}
