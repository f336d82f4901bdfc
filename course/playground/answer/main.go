// An answer to the counting exercise.
package main

import (
	"fmt"
	"sync"
)

func main() {
	fmt.Println("Start Goroutines")
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
	fmt.Println("Waiting To Finish")
	running.Wait()
	fmt.Println("Terminating Program")
}
