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
// differently, torn says so, and which was believed.
//
// Masks come before lists: until Linux 5.16 a file ended at one page, which a
// list of every other CPU fills with 1,000 ids and a mask with 14,000 (commit
// bb9ec13d156e). If both are good and differ, a list comes first that other CPUs
// confirm while they do not confirm the mask.
func (r *sysfs) set(dir string, good func([]int) bool, files ...setFile) (ids []int, ok bool, torn string) {
	for _, f := range files {
		mask, maskTold := r.parse(dir, f.mask, cpulist.ParseMask)
		list, listTold := r.parse(dir, f.list, cpulist.Parse)
		answers := [2]setAnswer{{"the mask", mask, maskTold}, {"the list", list, listTold}}
		differ := maskTold && listTold && !same(mask, list)
		swapped := differ && !r.confirmed(dir, f.mask, cpulist.ParseMask, mask) && r.confirmed(dir, f.list, cpulist.Parse, list)
		if swapped {
			answers[0], answers[1] = answers[1], answers[0]
		}
		if differ {
			torn = f.torn("neither names the CPU itself")
		}
		for i, a := range answers {
			switch {
			case !a.ok:
			case good == nil || good(a.ids):
				if differ {
					torn = f.torn(believed(a.name, i > 0, swapped))
				}
				return a.ids, true, torn
			case !ok:
				ids, ok = a.ids, true
			}
		}
	}
	return ids, ok, torn
}

// setAnswer is what one file of a set tells.
type setAnswer struct {
	name string
	ids  []int
	ok   bool
}

// torn says that the files differ, and what follows.
func (f setFile) torn(so string) string {
	return f.mask + " and " + f.list + " name different CPUs: " + so
}

// believed says which file is believed, and why.
func believed(name string, second, confirmed bool) string {
	switch {
	case second:
		return name + " is believed, because the other does not name the CPU itself"
	case confirmed:
		return name + " is believed, because other CPUs confirm it"
	}
	return name + " is believed"
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
