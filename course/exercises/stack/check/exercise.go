package check

import stack "cachelab/course/exercises/stack/exercise"

// CountOdd is the function under judgement.
func CountOdd(values []int64, result *int64) { stack.CountOdd(values, result) }
