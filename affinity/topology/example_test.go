package topology_test

import (
	"fmt"
	"log"

	"cachelab/affinity/topology"
)

// Which two CPUs should work together, and which not at all?
func ExampleTopology_PairPerRelation() {
	m, err := topology.Synthetic("pack:2 l3:2 core:4 l2:1 pu:2")
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range m.PairPerRelation() {
		fmt.Printf("%2d and %2d: %v\n", p.A, p.B, p.Relation)
	}
	// Output:
	//  2 and  3: same core
	//  2 and  4: same L3
	//  2 and  8: same package
	//  2 and 16: other package
}

func ExampleTopology_Relation() {
	m, err := topology.Synthetic("pack:1 l3:2 core:4 pu:2")
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

func ExampleSynthetic() {
	m, err := topology.Synthetic("pack:2 l3:1(size=32MiB,line=64,ways=16) core:2 pu:1")
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range m.Caches {
		fmt.Println(c.Level, c.SizeBytes, c.CPUs)
	}
	_, err = topology.Synthetic("board:2")
	fmt.Println(err)
	// Output:
	// 3 33554432 [0 1]
	// 3 33554432 [2 3]
	// affinity: machine "board:2": want word:count with one of pack, node, die, cluster, group, l1 to l5, l1i to l3i, core, pu, got "board:2"
}
