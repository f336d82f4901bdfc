package affinity_test

import (
	"fmt"
	"log"

	"cachelab/affinity"
)

func ExampleDo() {
	if c := affinity.Support(); !c.Pin {
		fmt.Println("measuring unpinned:", c.Reason)
		return
	}
	cpus, err := affinity.Allowed()
	if err != nil {
		log.Fatal(err)
	}
	last := cpus[len(cpus)-1]
	err = affinity.Do(last, func() {
		cpu, err := affinity.Current()
		fmt.Println("where it was put:", cpu == last, err)
	})
	fmt.Println(err)
}

// A worker that is pinned for its whole life: the deferred call puts the
// thread's mask back before the runtime uses the thread for others.
func ExamplePin() {
	done := make(chan error)
	go func() {
		cpus, err := affinity.Allowed()
		if err != nil {
			done <- err
			return
		}
		restore, err := affinity.Pin(cpus[0])
		if err != nil {
			done <- err
			return
		}
		// ... the worker's loop ...
		done <- restore()
	}()
	if err := <-done; err != nil {
		fmt.Println("not pinned:", err)
	}
}
