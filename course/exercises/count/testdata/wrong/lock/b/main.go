// Lock has two Ps and a lock that each goroutine holds for all its lines: one
// waits until the other is done.
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
	var lock sync.Mutex
	running.Go(func() {
		lock.Lock()
		defer lock.Unlock()
		for n := 100; n >= 0; n-- {
			program.Think()
			fmt.Printf("A:%d\n", n)
		}
	})
	running.Go(func() {
		lock.Lock()
		defer lock.Unlock()
		for n := range 101 {
			program.Think()
			fmt.Printf("B:%d\n", n)
		}
	})
	running.Wait()
	fmt.Println("Terminating Program")
}
