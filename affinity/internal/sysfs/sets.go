package sysfs

import (
	"path"
	"strings"

	"cachelab/internal/cpulist"
)

// setFile names the two files that tell one set of CPUs.
type setFile struct{ mask, list string }

// set reads the first of several sets that is told and that good accepts, or
// else the first that is told; a nil good accepts all. If a set is told twice and
// differently, torn is the name of its mask.
//
// Masks come before lists: until Linux 5.16 a file ended at one page, which a
// list of every other CPU fills with 1,000 ids and a mask with 14,000 (commit
// bb9ec13d156e). If both are good and differ, a list comes first that other CPUs
// confirm while they do not confirm the mask.
func (r *sysfs) set(dir string, good func([]int) bool, files ...setFile) (ids []int, ok bool, torn string) {
	type told struct {
		ids []int
		ok  bool
	}
	for _, f := range files {
		mask, maskTold := r.parse(dir, f.mask, cpulist.ParseMask)
		list, listTold := r.parse(dir, f.list, cpulist.Parse)
		answers := [2]told{{mask, maskTold}, {list, listTold}}
		if maskTold && listTold && !same(mask, list) {
			torn = f.mask
			if !r.confirmed(dir, f.mask, cpulist.ParseMask, mask) && r.confirmed(dir, f.list, cpulist.Parse, list) {
				answers[0], answers[1] = answers[1], answers[0]
			}
		}
		for _, a := range answers {
			switch {
			case !a.ok:
			case good == nil || good(a.ids):
				return a.ids, true, torn
			case !ok:
				ids, ok = a.ids, true
			}
		}
	}
	return ids, ok, torn
}

// confirmed reports whether CPUs of a set tell the same set, in the same file
// of their own directories. It asks a few: a set may have thousands.
func (r *sysfs) confirmed(dir, name string, parse func(string) ([]int, error), set []int) bool {
	const few = 4
	own, rest, ok := strings.Cut(strings.TrimPrefix(dir, "cpu/"), "/")
	if !ok {
		return false
	}
	asked := 0
	for _, id := range set {
		if cpuDir(id) == "cpu/"+own {
			continue
		}
		if other, told := r.parse(cpuDir(id)+"/"+rest, name, parse); told {
			if !same(other, set) {
				return false
			}
			asked++
		}
		if asked == few {
			break
		}
	}
	return asked > 0
}

// tornSet says that a mask and its list differ.
func tornSet(mask string) string {
	return "its " + mask + " and the list beside it name different cpus: the one that other cpus confirm is believed, or else the mask"
}

// parse reads one file of a set.
func (r *sysfs) parse(dir, name string, parse func(string) ([]int, error)) ([]int, bool) {
	s, ok := r.text(dir + "/" + name)
	if !ok {
		return nil, false
	}
	text := path.Base(name) + " " + s
	if ids, ok := r.sets[text]; ok {
		return ids, true
	}
	ids, err := parse(s)
	if err != nil {
		r.complain(dir+"/"+name, "is not believed: "+err.Error())
		return nil, false
	}
	r.sets[text] = r.one(ids)
	return r.sets[text], true
}

// one returns the one slice for a set.
func (r *sysfs) one(ids []int) []int {
	list := cpulist.Format(ids)
	if old, ok := r.sets[list]; ok {
		return old
	}
	r.sets[list] = ids
	return ids
}

// same reports whether two sets from sysfs.one are equal.
func same(a, b []int) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }
