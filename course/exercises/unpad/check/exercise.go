package check

import unpad "cachelab/course/exercises/unpad/exercise"

// Counters is the type under judgement.
type Counters = unpad.Counters
