// It does no work that a check could see running.
package main

import (
	"fmt"
	"runtime"
	"sync"

	"cachelab/course/internal/program"
)

func main() {
	defer program.StartTrace()()
	runtime.GOMAXPROCS(2)
	var running sync.WaitGroup
	running.Go(func() {
		for n := 100; n >= 0; n-- {
			fmt.Printf("A:%d\n", n)
		}
	})
	running.Go(func() {
		for n := range 101 {
			fmt.Printf("B:%d\n", n)
		}
	})
	running.Wait()
	fmt.Println("Terminating Program")
}
