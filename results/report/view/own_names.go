package view

import (
	"path"
	"slices"
	"strings"

	"cachelab/internal/format"
	"cachelab/results"
)

// Names writes names that tell the benchmarks of a user's own apart, and no longer.
type Names struct {
	procs string            // "-8", where all benchmarks end in it
	short map[string]string // packages, without the path that all of them begin with
}

// ownKey is what two benchmarks of a user's own differ by.
type ownKey struct{ pkg, full string }

// OwnNames are the names of the benchmarks of some sets.
func OwnNames(sets []results.Set) Names {
	keys := map[ownKey]bool{}
	for _, set := range sets {
		for i := range set.Samples {
			s := &set.Samples[i]
			keys[ownKey{s.Setting("pkg"), s.Full}] = true
		}
	}
	return Names{commonProcs(keys), shortPackages(keys)}
}

// Plain is a benchmark's name without its package. The number of Ps goes where all have
// the same: package testing leaves it out for one P, and what is there then is the
// benchmark's own, as in "Sort/size-100".
func (n Names) Plain(s results.Summary) string {
	return format.OneLine(strings.TrimSuffix(strings.TrimPrefix(s.Benchmark, "Benchmark"), n.procs))
}

// Full is Plain with the package in front, where there are several.
func (n Names) Full(s results.Summary) string {
	if short := n.short[s.Package]; len(n.short) > 1 && short != "" {
		return format.OneLine(short) + "." + n.Plain(s)
	}
	return n.Plain(s)
}

// commonProcs is the number of Ps as all names have it at their end, "-8"; empty where
// they differ.
func commonProcs(keys map[ownKey]bool) (common string) {
	first := true
	for key := range keys {
		suffix := strings.TrimPrefix(strings.TrimPrefix(key.full, "Benchmark"), PlainName(key.full))
		if !first && suffix != common {
			return ""
		}
		common, first = suffix, false
	}
	return common
}

// shortPackages are the packages by their paths behind what all begin with. For one that
// has nothing behind it, that is its last element.
func shortPackages(keys map[ownKey]bool) map[string]string {
	short := map[string]string{}
	var common []string
	for key := range keys {
		elements := strings.Split(key.pkg, "/")
		if len(short) == 0 {
			common = elements
		}
		common = common[:sameElements(common, elements)]
		short[key.pkg] = ""
	}
	for pkg := range short {
		elements := strings.Split(pkg, "/")
		short[pkg] = strings.Join(elements[len(common):], "/")
		if short[pkg] == "" && pkg != "" {
			short[pkg] = path.Base(pkg)
		}
	}
	return short
}

// sameElements is how many elements two paths begin with together.
func sameElements(a, b []string) (n int) {
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// packagesOf are the packages of some sets, in their order, where each set is of one and
// no two are of the same: two implementations that have one benchmark each of the same
// name. Otherwise it is nil.
func packagesOf(sets []results.Set) (packages []string) {
	for _, set := range sets {
		pkg := set.Samples[0].Setting("pkg")
		other := func(s results.Sample) bool { return s.Setting("pkg") != pkg }
		if pkg == "" || slices.Contains(packages, pkg) || slices.ContainsFunc(set.Samples, other) {
			return nil
		}
		packages = append(packages, pkg)
	}
	return packages
}

// packagesNote says that benchmarks of different packages are compared.
func packagesNote(runs []Input, sets []results.Set) string {
	var logs []results.Set
	for _, r := range runs {
		logs = append(logs, results.Set{Samples: r.Log.Samples})
	}
	packages := packagesOf(logs)
	if len(runs) < 2 || len(packages) != len(sets) {
		return ""
	}
	return "The files are of different packages, " + format.OneLine(format.List(packages, "and")) + ": benchmarks are compared by their names."
}

// withoutPackage are the samples with no package in their configuration. Samples that
// shared one share the new one.
func withoutPackage(samples []results.Sample) []results.Sample {
	out := slices.Clone(samples)
	var old, config []results.Setting
	for i := range out {
		s := &out[i]
		if i == 0 || len(old) != len(s.Config) || len(old) > 0 && &old[0] != &s.Config[0] {
			old = s.Config
			config = slices.DeleteFunc(slices.Clone(old), func(c results.Setting) bool { return c.Key == "pkg" })
		}
		s.Config = config
	}
	return out
}
