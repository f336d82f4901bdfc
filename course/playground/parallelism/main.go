// Two goroutines print the alphabet on two Ps.
//
// Paste it into https://go.dev/play. The letters may interleave and need not: a playground
// has little time, and writes take turns.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

func main() {
	runtime.GOMAXPROCS(2)
	fmt.Println("Start Goroutines")
	var running sync.WaitGroup
	running.Go(func() { alphabet('a') })
	running.Go(func() { alphabet('A') })
	fmt.Println("Waiting To Finish")
	running.Wait()
	fmt.Println("\nTerminating Program")
}

// alphabet prints the 26 letters from first on, three times.
func alphabet(first rune) {
	for range 3 {
		for letter := first; letter < first+26; letter++ {
			fmt.Printf("%c ", letter)
		}
	}
}
