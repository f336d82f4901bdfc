// Part A of the exercise: see README.md two folders up.
package main

import (
	"fmt"

	"cachelab/course/internal/program"
)

func main() {
	defer program.StartTrace()() // leave this line: the checker watches through it

	fmt.Println("Start Goroutines")
	// TODO: start an anonymous goroutine that counts from 100 down to 0,
	// and another that counts from 0 up to 100.
	// Each calls program.Think, then prints the number with its name: A:100

	fmt.Println("Waiting To Finish")
	// TODO: wait until both have finished.

	fmt.Println("Terminating Program")
}
