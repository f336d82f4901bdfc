// It waits for a time, and not for its goroutines.
package main

import (
	"fmt"
	"time"

	"cachelab/course/internal/program"
)

func main() {
	defer program.StartTrace()()
	fmt.Println("Start Goroutines")
	go func() {
		for n := 100; n >= 0; n-- {
			program.Think()
			fmt.Printf("A:%d\n", n)
		}
	}()
	go func() {
		for n := range 101 {
			program.Think()
			fmt.Printf("B:%d\n", n)
		}
	}()
	fmt.Println("Waiting To Finish")
	time.Sleep(300 * time.Millisecond)
	fmt.Println("Terminating Program")
}
