package affinity_test

import (
	"fmt"
	"log"
	"testing/fstest"

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
		defer restore()
		// ... the worker's loop ...
		done <- nil
	}()
	if err := <-done; err != nil {
		fmt.Println("not pinned:", err)
	}
}

// Which two CPUs should work together, and which not at all?
func ExampleTopology_Pairs() {
	m, err := affinity.Synthetic("pack:2 l3:2 core:4 l2:1 pu:2")
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range m.Pairs() {
		fmt.Printf("%2d and %2d: %v\n", p.A, p.B, p.Relation)
	}
	// Output:
	//  2 and  3: same core
	//  2 and  4: same L3
	//  2 and  8: same package
	//  2 and 16: other package
}

func ExampleTopology_Relation() {
	m, err := affinity.Synthetic("pack:1 l3:2 core:4 pu:2")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.Relation(0, 1))
	fmt.Println(m.Relation(0, 7))
	fmt.Println(m.Relation(0, 8))
	fmt.Println(m.Relation(0, 99)) // there is no CPU 99
	// Output:
	// same core
	// same L3
	// same package
	// unknown
}

// A tree recorded on another machine is read like this machine's own; give
// os.DirFS a folder with cpu/ and node/ in it. This one tells a line size and
// no ways.
func ExampleReadTopology() {
	tree := fstest.MapFS{
		"cpu/online":                                {Data: []byte("0-1\n")},
		"cpu/cpu0/cache/index0/level":               {Data: []byte("1\n")},
		"cpu/cpu0/cache/index0/type":                {Data: []byte("Data\n")},
		"cpu/cpu0/cache/index0/size":                {Data: []byte("64K\n")},
		"cpu/cpu0/cache/index0/coherency_line_size": {Data: []byte("64\n")},
		"cpu/cpu0/cache/index0/shared_cpu_list":     {Data: []byte("0\n")},
		"cpu/cpu1/topology/physical_package_id":     {Data: []byte("0\n")},
		"cpu/cpu1/topology/core_cpus_list":          {Data: []byte("1\n")},
		"cpu/cpu0/topology/physical_package_id":     {Data: []byte("0\n")},
		"cpu/cpu0/topology/core_cpus_list":          {Data: []byte("0\n")},
	}
	m, err := affinity.ReadTopology(tree)
	if err != nil {
		log.Fatal(err)
	}
	c := m.Caches[0]
	fmt.Println(c.Level, c.Type, c.SizeBytes, c.LineBytes, c.Ways, c.CPUs)
	fmt.Println(m.Relation(0, 1))
	// Output:
	// 1 data 65536 64 ? [0]
	// same package
}

func ExampleSynthetic() {
	m, err := affinity.Synthetic("pack:2 l3:1(size=32MiB,line=64,ways=16) core:2 pu:1")
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range m.Caches {
		fmt.Println(c.Level, c.SizeBytes, c.CPUs)
	}
	_, err = affinity.Synthetic("socket:2")
	fmt.Println(err)
	// Output:
	// 3 33554432 [0 1]
	// 3 33554432 [2 3]
	// affinity: machine "socket:2": want word:count with one of pack, node, die, cluster, l4, l3, l2, l1, l1i, core, pu, got "socket:2"
}
