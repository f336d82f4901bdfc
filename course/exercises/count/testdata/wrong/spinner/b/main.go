// Spinner lets one goroutine print everything, beside another that only keeps
// the second P busy.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"

	"cachelab/course/internal/program"
)

func main() {
	defer program.StartTrace()()
	runtime.GOMAXPROCS(2)
	var running sync.WaitGroup
	running.Go(func() {
		for n := range 101 {
			fmt.Printf("A:%d\nB:%d\n", 100-n, n)
		}
	})
	running.Go(func() {
		for begin := time.Now(); time.Since(begin) < 2*time.Millisecond; {
		}
	})
	running.Wait()
	fmt.Println("Terminating Program")
}
