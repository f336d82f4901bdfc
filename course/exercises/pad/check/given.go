//go:build !solution

package main

import pad "cachelab/course/exercises/pad/exercise"

const (
	answers = "cachelab/course/exercises/pad/exercise"
	tags    = ""
)

// The types under judgement.
type (
	Stats  = pad.Stats
	Fields = pad.Fields
)
