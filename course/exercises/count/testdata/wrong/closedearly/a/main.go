// It waits for one of the two only.
package main

import (
	"fmt"

	"cachelab/course/internal/program"
)

func main() {
	defer program.StartTrace()()
	done := make(chan bool, 2)
	go func() {
		for n := 100; n >= 0; n-- {
			program.Think()
			fmt.Printf("A:%d\n", n)
		}
		done <- true
	}()
	go func() {
		for n := range 101 {
			program.Think()
			program.Think()
			fmt.Printf("B:%d\n", n)
		}
		done <- true
	}()
	<-done
	fmt.Println("Terminating Program")
}
