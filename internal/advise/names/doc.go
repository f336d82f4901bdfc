// Package names gives recorded words the names that they have in the source:
// a field of a type, an element of a slice, a global. Types come from the
// recorded program's own type information, so offsets are exact for generic
// and unnamed types too. The source only adds where a name is declared.
package names
