// It waits with a channel, and prints the names in brackets.
package main

import (
	"fmt"

	"cachelab/course/internal/program"
)

func main() {
	defer program.StartTrace()()
	fmt.Println("Start Goroutines")
	done := make(chan bool)
	go func() {
		for n := 100; n >= 0; n-- {
			program.Think()
			fmt.Printf("[A:%d]\n", n)
		}
		done <- true
	}()
	go func() {
		for n := range 101 {
			program.Think()
			fmt.Printf("[B:%d]\n", n)
		}
		done <- true
	}()
	fmt.Println("Waiting To Finish")
	<-done
	<-done
	fmt.Println("Terminating Program")
}
