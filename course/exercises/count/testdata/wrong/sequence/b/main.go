// Sequence has two Ps and uses one after the other: the second goroutine is
// started when the first is done.
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
			program.Think()
			fmt.Printf("A:%d\n", n)
		}
	})
	running.Wait()
	running.Go(func() {
		for n := range 101 {
			program.Think()
			fmt.Printf("B:%d\n", n)
		}
	})
	running.Wait()
	fmt.Println("Terminating Program")
}
