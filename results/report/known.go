package report

import (
	"math"
	"path/filepath"
	"slices"

	"cachelab/results/report/view"
	"cachelab/results/rundir"
)

// Describe adds to a run what its files do not have: what is known of its
// claims, the most similar reference run, and where the clone is, for commands
// that can be pasted anywhere. The root is the clone, "" where there is none. A
// reference run is read on other machines, so its page names no folder of this one.
func Describe(in *Input, root string, claims map[string]view.ClaimInfo) {
	in.Claims = claims
	if root == "" {
		return
	}
	references := filepath.Join(root, "results", "reference")
	if in.Known = Nearest(references, *in); in.Known != nil {
		in.Known.Claims = claims
	}
	if folder, err := filepath.Abs(in.Folder); err == nil && filepath.Dir(folder) != references {
		in.Root = root
	}
}

// Nearest reads, of the runs below dir, the one whose machine is most like that
// of in: the same processor first, then the same vendor and hypervisor, then the
// most similar number of CPUs. A run of the folder that in itself is in does not
// count. It is nil where there is none; a damaged run is passed over, because
// nobody asked for it.
func Nearest(dir string, in Input) *Input {
	if in.Machine == nil || in.Verdicts == nil {
		return nil
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*", rundir.VerdictsName))
	if err != nil {
		return nil
	}
	slices.Sort(paths)
	own, _ := filepath.Abs(in.Folder)
	var best *Input
	most := math.Inf(-1)
	for _, path := range paths {
		folder := filepath.Dir(path)
		if abs, _ := filepath.Abs(folder); abs == own {
			continue
		}
		card, err := ReadMachineFile(filepath.Join(folder, machineFile))
		if err != nil {
			continue
		}
		verdicts, err := rundir.ReadVerdictsFile(path)
		if err != nil {
			continue
		}
		run := Input{Folder: folder, Machine: card, Verdicts: verdicts}
		if likeness := alike(in, run); likeness > most {
			best, most = &run, likeness
		}
	}
	return best
}

// alike is how similar two machines are. A property counts more than all that
// come after it together.
func alike(a, b Input) float64 {
	score := 0.0
	for _, same := range []bool{
		a.Machine.CPU.Arch == b.Machine.CPU.Arch, a.Machine.CPU.Name == b.Machine.CPU.Name,
		a.Machine.CPU.Vendor == b.Machine.CPU.Vendor, a.Machine.CPU.Hypervisor == b.Machine.CPU.Hypervisor,
	} {
		score *= 2
		if same {
			score++
		}
	}
	more := math.Abs(math.Log2(float64(max(len(a.Machine.CPUs), 1)) / float64(max(len(b.Machine.CPUs), 1))))
	return score - more/(1+more) // less than 1
}
