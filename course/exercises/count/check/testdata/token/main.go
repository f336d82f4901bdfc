// Token looks parallel and has two Ps: its goroutines pass a token, and only
// who holds it works.
package main

import (
	"fmt"
	"runtime"
	"sync"

	"cachelab/course/internal/think"
	"cachelab/course/internal/traced"
)

func main() {
	defer traced.Start()()
	runtime.GOMAXPROCS(2)
	var running sync.WaitGroup
	toA, toB := make(chan bool, 1), make(chan bool, 1)
	toA <- true
	running.Go(func() {
		for n := 100; n >= 0; n-- {
			<-toA
			think.Briefly()
			fmt.Printf("A:%d\n", n)
			toB <- true
		}
	})
	running.Go(func() {
		for n := range 101 {
			<-toB
			think.Briefly()
			fmt.Printf("B:%d\n", n)
			toA <- true
		}
	})
	running.Wait()
	fmt.Println("Terminating Program")
}
