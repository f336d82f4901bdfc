//go:build solution

package main

import matrix "cachelab/course/exercises/matrix/solution"

const answers = "cachelab/course/exercises/matrix/solution"

// Sum is the function under judgement.
var Sum = matrix.Sum
