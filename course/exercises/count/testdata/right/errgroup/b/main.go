// The account is kept by an errgroup.
package main

import (
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"cachelab/course/internal/program"
)

func main() {
	defer program.StartTrace()()
	runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0)))
	var group errgroup.Group
	group.Go(func() error {
		for n := 100; n >= 0; n-- {
			program.Think()
			fmt.Printf("A:%d\n", n)
		}
		return nil
	})
	group.Go(func() error {
		for n := range 101 {
			program.Think()
			fmt.Printf("[B:%d]\n", n)
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		panic(err)
	}
	fmt.Println("Terminating Program")
}
