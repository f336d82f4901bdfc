package check

import blocking "cachelab/course/exercises/blocking/exercise"

// apply is the function under judgement.
var apply = blocking.Apply
