// Layout prints the size of Stats, and where the data of Fields begins and ends in it. The
// check of the exercise pad builds it with one more field in Fields, to see whether the
// padding follows.
package main

import (
	"fmt"
	"os"

	"cachelab/course/exercises/pad/check"
)

func main() {
	l, missing := check.LayoutNow()
	if missing != "" {
		fmt.Fprintln(os.Stderr, missing)
		os.Exit(1)
	}
	fmt.Println(l.Stride, l.Lo, l.Hi)
}
