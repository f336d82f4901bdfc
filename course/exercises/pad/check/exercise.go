package check

import pad "cachelab/course/exercises/pad/exercise"

// The types under judgement.
type (
	Stats  = pad.Stats
	Fields = pad.Fields
)
