package check

import findline "cachelab/course/exercises/findline/exercise"

// newMap is the function under judgement.
var newMap = findline.New
