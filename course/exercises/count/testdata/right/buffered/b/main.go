// Each goroutine prints all its numbers at its end.
package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"

	"cachelab/course/internal/program"
)

func main() {
	defer program.StartTrace()()
	runtime.GOMAXPROCS(2)
	fmt.Println("Start Goroutines")
	var running sync.WaitGroup
	running.Go(func() {
		var text strings.Builder
		for n := 100; n >= 0; n-- {
			program.Think()
			fmt.Fprintf(&text, "A:%d\n", n)
		}
		fmt.Print(text.String())
	})
	running.Go(func() {
		var text strings.Builder
		for n := range 101 {
			program.Think()
			fmt.Fprintf(&text, "B:%d\n", n)
		}
		fmt.Print(text.String())
	})
	fmt.Println("Waiting To Finish")
	running.Wait()
	fmt.Println("Terminating Program")
}
