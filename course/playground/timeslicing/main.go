// Two goroutines print the primes below 5000 on one P, and count how often the P goes from
// one to the other.
//
// A playground cannot show time slices: its clock stands still while code runs, so a slice
// of 10 ms is never over, and there is one switch, when the first goroutine ends. On
// your machine go run shows more: raise the bound to 30000.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

const below = 5000

func main() {
	runtime.GOMAXPROCS(1)
	fmt.Println("Start Goroutines")
	var running sync.WaitGroup
	var mu sync.Mutex
	last, switches := "", 0
	for _, name := range []string{"A", "B"} {
		running.Go(func() {
			for n := 2; n < below; n++ {
				if !prime(n) {
					continue
				}
				mu.Lock()
				if last != "" && last != name {
					switches++
				}
				last = name
				mu.Unlock()
			}
			fmt.Println(name, "done")
		})
	}
	fmt.Println("Waiting To Finish")
	running.Wait()
	fmt.Println("Switches between A and B:", switches)
	fmt.Println("Terminating Program")
}

// prime tries every smaller number: the slowness is the point.
func prime(n int) bool {
	for d := 2; d < n; d++ {
		if n%d == 0 {
			return false
		}
	}
	return true
}
