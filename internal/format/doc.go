// Package format writes numbers, units and lists the way all programs of the
// project show them, so that a size or a P value looks the same on a terminal,
// on a page and in an error. Every function returns text for people; none is
// meant to be parsed, except [AxisBytes] and [ParseAxisBytes], whose values are
// part of benchmark names.
package format
