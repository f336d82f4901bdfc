//go:build !solution

package main

import matrix "cachelab/course/exercises/matrix/exercise"

const answers = "cachelab/course/exercises/matrix/exercise"

// Sum is the function under judgement.
var Sum = matrix.Sum
