// The goroutines are started of functions that have names.
package main

import (
	"fmt"
	"sync"

	"cachelab/course/internal/program"
)

func down() {
	for n := 100; n >= 0; n-- {
		program.Think()
		fmt.Printf("A:%d\n", n)
	}
}

func up() {
	for n := 0; n <= 100; n++ {
		program.Think()
		fmt.Printf("B:%d\n", n)
	}
}

func main() {
	defer program.StartTrace()()
	var running sync.WaitGroup
	running.Go(down)
	running.Go(up)
	running.Wait()
	fmt.Println("Terminating Program")
}
