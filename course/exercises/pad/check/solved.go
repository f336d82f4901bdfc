//go:build solution

package main

import pad "cachelab/course/exercises/pad/solution"

const (
	answers = "cachelab/course/exercises/pad/solution"
	tags    = "solution"
)

// The types under judgement.
type (
	Stats  = pad.Stats
	Fields = pad.Fields
)
