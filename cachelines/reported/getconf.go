package reported

import (
	"context"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"cachelab/affinity/topology"
)

// getconfSizes are the cache sizes that getconf prints, in bytes, by variable.
// They are the C library's sysconf values: glibc reads CPUID itself
// (sysdeps/x86/dl-cacheinfo.h) and derives from the L3 the size from which its
// memcpy goes past the caches.
type getconfSizes map[string]int

// getconfTime is a hundred times what getconf takes.
const getconfTime = time.Second

// askGetconf runs getconf; nil where there is none.
func askGetconf() getconfSizes {
	if runtime.GOOS != "linux" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), getconfTime)
	defer cancel()
	out, err := exec.CommandContext(ctx, "getconf", "-a").Output()
	if err != nil {
		return nil
	}
	return parseGetconf(string(out))
}

// parseGetconf reads lines such as "LEVEL3_CACHE_SIZE   532676608". A variable
// without a value is one that the C library does not know.
func parseGetconf(text string) getconfSizes {
	sizes := getconfSizes{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) != 2 || !strings.HasSuffix(fields[0], "CACHE_SIZE") {
			continue
		}
		if n, err := strconv.Atoi(fields[1]); err == nil && n > 0 {
			sizes[fields[0]] = n
		}
	}
	return sizes
}

// addRepeaters enters who prints or uses a cache size: the C library where
// getconf gives the same number, and hwloc (lstopo), which reads sysfs, where that lists
// no caches the leaves with a subleaf for each cache, and where these are empty AMD's
// older leaves (hwloc's topology-linux.c and topology-x86.c). The C library and hwloc
// read no TLBs.
func addRepeaters(all []Statement, sizes getconfSizes) {
	rank := func(s Statement) int {
		switch {
		case s.TLB():
			return 0
		case s.Source == "sysfs":
			return 3
		case strings.Contains(s.Source, "subleaf"):
			return 2
		}
		return 1
	}
	best := 0
	for _, s := range all {
		best = max(best, rank(s))
	}
	for i, s := range all {
		size, ok := s.SizeBytes.Get()
		if !ok {
			continue
		}
		if sizes[getconfName(s)] == size {
			all[i].RepeatedBy = append(all[i].RepeatedBy, "getconf", "the C library")
		}
		if rank(s) == best {
			all[i].RepeatedBy = append(all[i].RepeatedBy, "lstopo")
		}
	}
}

// getconfName is getconf's variable for a cache.
func getconfName(s Statement) string {
	letter := map[topology.CacheType]string{topology.Data: "D", topology.Instruction: "I"}[s.Kind]
	return "LEVEL" + strconv.Itoa(s.Level) + "_" + letter + "CACHE_SIZE"
}
