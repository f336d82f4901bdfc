// Token looks parallel and has two Ps: its goroutines pass a token, and only
// who holds it works.
package main

import (
	"fmt"
	"runtime"
	"sync"

	"cachelab/course/internal/program"
)

func main() {
	defer program.StartTrace()()
	runtime.GOMAXPROCS(2)
	var running sync.WaitGroup
	toA, toB := make(chan bool, 1), make(chan bool, 1)
	toA <- true
	running.Go(func() {
		for n := 100; n >= 0; n-- {
			<-toA
			program.Think()
			fmt.Printf("A:%d\n", n)
			toB <- true
		}
	})
	running.Go(func() {
		for n := range 101 {
			<-toB
			program.Think()
			fmt.Printf("B:%d\n", n)
			toA <- true
		}
	})
	running.Wait()
	fmt.Println("Terminating Program")
}
