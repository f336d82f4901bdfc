package detect_test

import (
	"fmt"
	"log"
	"testing/fstest"

	"cachelab/affinity/topology/detect"
)

// A tree recorded on another machine is read like this machine's own; give
// os.DirFS a folder with cpu/ and node/ in it. This one tells a line size and
// no ways.
func ExampleReadFS() {
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
	m, err := detect.ReadFS(tree)
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
