// Gosched looks parallel: its lines alternate. One P did it all.
package main

import (
	"fmt"
	"runtime"
	"sync"

	"cachelab/course/internal/program"
)

func main() {
	defer program.StartTrace()()
	runtime.GOMAXPROCS(1)
	var running sync.WaitGroup
	running.Go(func() {
		for n := 100; n >= 0; n-- {
			fmt.Printf("A:%d\n", n)
			runtime.Gosched()
		}
	})
	running.Go(func() {
		for n := range 101 {
			fmt.Printf("B:%d\n", n)
			runtime.Gosched()
		}
	})
	running.Wait()
	fmt.Println("Terminating Program")
}
