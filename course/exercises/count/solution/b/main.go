// Part B of the exercise, as it may be solved.
package main

import (
	"fmt"
	"runtime"
	"sync"

	"cachelab/course/internal/program"
)

func main() {
	defer program.StartTrace()()

	// Two Ps at least. Where the runtime already has more, leave them.
	runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0)))

	fmt.Println("Start Goroutines")
	var running sync.WaitGroup
	running.Go(func() {
		for n := 100; n >= 0; n-- {
			program.Think()
			fmt.Printf("A:%d\n", n)
		}
	})
	running.Go(func() {
		for n := 0; n <= 100; n++ {
			program.Think()
			fmt.Printf("B:%d\n", n)
		}
	})

	fmt.Println("Waiting To Finish")
	running.Wait()

	fmt.Println("Terminating Program")
}
