// Circulating is the answer to part B that goes round, written anew: it counts
// to 99, and its two goroutines share one P.
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
	var wg sync.WaitGroup
	wg.Add(2)
	fmt.Println("Start Goroutines")
	go func() {
		defer wg.Done()
		for n := 99; n >= 0; n-- {
			fmt.Printf("A:%d\n", n)
		}
	}()
	go func() {
		defer wg.Done()
		for n := 0; n < 100; n++ {
			fmt.Printf("B:%d\n", n)
		}
	}()
	fmt.Println("Waiting To Finish")
	wg.Wait()
	fmt.Println("Terminating Program")
}
