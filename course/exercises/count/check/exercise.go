//go:build !solution

package main

const answers = "cachelab/course/exercises/count/exercise"
