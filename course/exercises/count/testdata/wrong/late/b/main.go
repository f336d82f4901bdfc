// Late waits for one goroutine of two.
package main

import (
	"fmt"
	"time"

	"cachelab/course/internal/program"
)

func main() {
	defer program.StartTrace()()
	done := make(chan bool)
	go func() {
		for n := 100; n >= 0; n-- {
			fmt.Printf("A:%d\n", n)
		}
		close(done)
	}()
	go func() {
		for n := range 101 {
			if n == 100 {
				time.Sleep(10 * time.Millisecond)
			}
			fmt.Printf("B:%d\n", n)
		}
	}()
	<-done
	fmt.Println("Terminating Program")
	time.Sleep(50 * time.Millisecond)
}
