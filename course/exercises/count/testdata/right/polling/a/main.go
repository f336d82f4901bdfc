// It looks now and then whether both are done: an unusual way to wait, and one that waits.
package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"cachelab/course/internal/program"
)

func main() {
	defer program.StartTrace()()
	fmt.Println("Start Goroutines")
	var done atomic.Int32
	go func() {
		defer done.Add(1)
		for n := 100; n >= 0; n-- {
			program.Think()
			fmt.Printf("A:%d\n", n)
		}
	}()
	go func() {
		defer done.Add(1)
		for n := range 101 {
			program.Think()
			fmt.Printf("B:%d\n", n)
		}
	}()
	fmt.Println("Waiting To Finish")
	for done.Load() < 2 {
		time.Sleep(time.Millisecond)
	}
	fmt.Println("Terminating Program")
}
