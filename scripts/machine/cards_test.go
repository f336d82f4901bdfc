package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"cachelab/internal/cpulist"
	"cachelab/internal/golden"
)

// tree is a machine as Linux describes it: contents of files below /sys/devices.
type tree map[string]string

// cpus writes files of each CPU of a list, name and content in turns.
func (f tree) cpus(list string, files ...string) {
	ids, err := cpulist.Parse(list)
	if err != nil {
		panic(err)
	}
	for _, id := range ids {
		for i := 0; i < len(files); i += 2 {
			f["system/cpu/cpu"+strconv.Itoa(id)+"/"+files[i]] = files[i+1] + "\n"
		}
	}
}

// cache writes cache number index of the CPUs of a list that share it.
func (f tree) cache(list string, index, level int, kind, size string, ways int) {
	dir := fmt.Sprintf("cache/index%d/", index)
	f.cpus(list, dir+"level", strconv.Itoa(level), dir+"type", kind, dir+"size", size,
		dir+"coherency_line_size", "64", dir+"ways_of_associativity", strconv.Itoa(ways), dir+"shared_cpu_list", list)
}

// core writes a core with its first level.
func (f tree) core(list string, id int, data, instructions string) {
	f.cpus(list, "topology/core_id", strconv.Itoa(id), "topology/core_cpus_list", list)
	f.cache(list, 0, 1, "Data", data, 8)
	f.cache(list, 1, 1, "Instruction", instructions, 8)
}

func (f tree) pack(list string, id int) {
	f.cpus(list, "topology/physical_package_id", strconv.Itoa(id), "topology/package_cpus_list", list)
}

// archive writes the recording, as one file.
func (f tree) archive(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "machine.tar.gz")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	zip := gzip.NewWriter(file)
	out := tar.NewWriter(zip)
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(f)) {
		errs = append(errs, out.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(f[name]))}))
		_, err := out.Write([]byte(f[name]))
		errs = append(errs, err)
	}
	if err := errors.Join(append(errs, out.Close(), zip.Close(), file.Close())...); err != nil {
		t.Fatal(err)
	}
	return name
}

// hybridLaptop has six cores with two threads, eight smaller ones in two groups of
// four, and two low-power ones outside of the L3: a Core Ultra 7 in its shape.
func hybridLaptop() tree {
	f := tree{"system/cpu/online": "0-21\n", "cpu_core/cpus": "0-11\n", "cpu_atom/cpus": "12-21\n", "system/node/node0/cpulist": "0-21\n"}
	for c := range 6 {
		list := fmt.Sprintf("%d-%d", 2*c, 2*c+1)
		f.core(list, 8*c, "48K", "64K")
		f.cache(list, 2, 2, "Unified", "2048K", 16)
	}
	for id := 12; id < 22; id++ {
		f.core(strconv.Itoa(id), 100+id, "32K", "64K")
	}
	for _, list := range []string{"12-15", "16-19", "20-21"} {
		f.cache(list, 2, 2, "Unified", "2048K", 16)
	}
	f.cache("0-19", 3, 3, "Unified", "24576K", 12)
	f.pack("0-21", 0)
	f.cpus("0-7", "cpufreq/cpuinfo_max_freq", "4500000")
	f.cpus("8-11", "cpufreq/cpuinfo_max_freq", "4800000") // favoured, and of the same kind
	f.cpus("12-19", "cpufreq/cpuinfo_max_freq", "3800000")
	f.cpus("20-21", "cpufreq/cpuinfo_max_freq", "2500000")
	return f
}

// server has two sockets of 96 cores with two threads, eight cores over each L3.
func server() tree {
	f := tree{"system/cpu/online": "0-383\n", "system/node/node0/cpulist": "0-95,192-287\n", "system/node/node1/cpulist": "96-191,288-383\n"}
	for c := range 192 {
		list := fmt.Sprintf("%d,%d", c, c+192)
		f.core(list, c%96, "32K", "32K")
		f.cache(list, 2, 2, "Unified", "1024K", 8)
	}
	for l3 := range 24 {
		f.cache(fmt.Sprintf("%d-%d,%d-%d", 8*l3, 8*l3+7, 192+8*l3, 192+8*l3+7), 3, 3, "Unified", "32768K", 16)
	}
	f.pack("0-95,192-287", 0)
	f.pack("96-191,288-383", 1)
	return f
}

// phone has four small, three middle and one large core, named by their part numbers.
func phone() tree {
	f := tree{"system/cpu/online": "0-7\n"}
	for id := range 8 {
		f.core(strconv.Itoa(id), id, "64K", "64K")
	}
	f.cache("0-1", 2, 2, "Unified", "512K", 8)
	f.cache("2-3", 2, 2, "Unified", "512K", 8)
	for _, id := range []string{"4", "5", "6"} {
		f.cache(id, 2, 2, "Unified", "512K", 8)
	}
	f.cache("7", 2, 2, "Unified", "1024K", 8)
	f.cache("0-7", 3, 3, "Unified", "8192K", 16)
	f.pack("0-7", 0)
	midr := "regs/identification/midr_el1"
	f.cpus("0-3", midr, "0x00000000410fd460", "cpu_capacity", "280")
	f.cpus("4-6", midr, "0x00000000410fd470", "cpu_capacity", "855")
	f.cpus("7", midr, "0x00000000410fd4e0", "cpu_capacity", "1024")
	return f
}

// lyingGuest is told of one L3 for both of its sockets, with a second level of 56
// bytes and lines of 4096.
func lyingGuest() tree {
	f := tree{"system/cpu/online": "0-7\n", "system/cpu/present": "0-9\n"}
	for c := range 4 {
		list := fmt.Sprintf("%d-%d", 2*c, 2*c+1)
		f.core(list, c%2, "48K", "32K")
		f.cache(list, 2, 2, "Unified", "56", 1)
	}
	f.cache("0-7", 3, 3, "Unified", "107520K", 15)
	f.cpus("0-7", "cache/index3/coherency_line_size", "4096")
	f.pack("0-3", 0)
	f.pack("4-7", 1)
	return f
}

// Cards of machines that are not here, as their users read them.
func TestCards(t *testing.T) {
	for name, f := range map[string]tree{"hybrid-laptop": hybridLaptop(), "server-384": server(), "phone": phone(), "lying-guest": lyingGuest()} {
		t.Run(name, func(t *testing.T) {
			out, _, err := machine("-sysfs", f.archive(t))
			if err != nil {
				t.Fatal(err)
			}
			golden.Compare(t, name+".txt", []byte(out))
		})
	}
}
