package check

import matrix "cachelab/course/exercises/matrix/exercise"

// Sum is the function under judgement.
var Sum = matrix.Sum
