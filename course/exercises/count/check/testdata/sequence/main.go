// Sequence has two Ps and uses one after the other: the second goroutine is
// started when the first is done.
package main

import (
	"fmt"
	"runtime"
	"sync"

	"cachelab/course/internal/think"
	"cachelab/course/internal/traced"
)

func main() {
	defer traced.Start()()
	runtime.GOMAXPROCS(2)
	var running sync.WaitGroup
	running.Go(func() {
		for n := 100; n >= 0; n-- {
			think.Briefly()
			fmt.Printf("A:%d\n", n)
		}
	})
	running.Wait()
	running.Go(func() {
		for n := range 101 {
			think.Briefly()
			fmt.Printf("B:%d\n", n)
		}
	})
	running.Wait()
	fmt.Println("Terminating Program")
}
