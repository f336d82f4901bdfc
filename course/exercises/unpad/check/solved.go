//go:build solution

package main

import unpad "cachelab/course/exercises/unpad/solution"

// Counters is the type under judgement.
type Counters = unpad.Counters
