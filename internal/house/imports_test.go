package house

import (
	"slices"
	"strings"
	"testing"
)

// floors are the rooms of the house, from the ground up. A package imports what is on
// lower floors only; "/..." means a folder with all below it, whose packages may import
// each other. The standard library and other modules are free, but for the pads (see
// cachelines). Whoever adds a package gives it a floor.
var floors = [][]string{
	// Values, numbers, words, and what knows nothing of caches.
	{"affinity/opt", "internal/stats", "internal/format", "internal/golden", "internal/lock", "internal/process",
		"internal/cpulist", "internal/sched", "internal/shape", "internal/stream", "cachelines"},
	{"internal/jsonfile", "internal/cli"},
	// Where threads run, and what the system says that CPUs share.
	{"affinity/internal/warn", "affinity/internal/bytesize", "internal/cgroup", "internal/jsonfile"},
	{"affinity/topology"},
	{"affinity/internal/..."},
	{"affinity"},
	{"affinity/topology/detect", "internal/host"},
	{"internal/arena"},
	// Memory, pointer chases, workers.
	{"internal/chase", "internal/crew"},
	// cachelines: what instruments share, the instruments, the card.
	{"cachelines/instrument"},
	{"cachelines/reported", "cachelines/internal/machine", "cachelines/internal/ladder"},
	{"cachelines/internal/sweep", "cachelines/internal/simtest"},
	{"cachelines/bandwidth", "cachelines/levels", "cachelines/line", "cachelines/links", "cachelines/sets", "cachelines/tlb"},
	{"cachelines/card"},
	// Recorded runs: read, kept, judged.
	{"results/benchlog"},
	{"results"},
	{"results/rundir"},
	{"results/report/view"},
	{"results/report/text", "results/report/figure", "results/report/internal/synth"},
	{"results/report/page"},
	{"results/report"},
	// The experiments and the lessons.
	{"bench/claims"},
	{"bench/internal/...", "internal/handbook"},
	{"bench"},
	{"course/internal/..."},
	{"course/exercises/..."},
	{"course/playground/...", "course/programs/...", "course/diagram", "course/check/...", "course"},
	// The adviser and the lab, and the commands.
	{"internal/advise/..."},
	{"internal/lab"},
	{"scripts/advise", "scripts/lab", "scripts/machine", "scripts/report"},
}

// TestImportsPointDownwards holds every package to its floor.
func TestImportsPointDownwards(t *testing.T) {
	for _, s := range sources(t) {
		floor, room := roomOf(s.dir)
		if room == "" {
			t.Errorf("%s has no floor: give it one in floors", s.dir)
			continue
		}
		for _, imported := range s.imports {
			dir, ok := strings.CutPrefix(imported, module)
			if !ok {
				continue
			}
			below, other := roomOf(dir)
			if below > floor || below == floor && (other != room || !strings.HasSuffix(room, "/...")) {
				t.Errorf("%s/%s imports %s, which is not on a lower floor", s.dir, s.name, dir)
			}
		}
	}
}

// roomOf is the floor and the room of a package: the room of its own name, or else the
// longest folder that it is in. The room is empty where there is none.
func roomOf(dir string) (floor int, room string) {
	for f, rooms := range floors {
		for _, r := range rooms {
			folder, all := strings.CutSuffix(r, "/...")
			if r == dir {
				return f, r
			}
			if all && strings.HasPrefix(dir+"/", folder+"/") && len(r) > len(room) {
				floor, room = f, r
			}
		}
	}
	return floor, room
}

// TestPadsImportNothing: the pads are for services, so they bring nothing along.
func TestPadsImportNothing(t *testing.T) {
	for _, s := range sources(t) {
		if s.dir != "cachelines" {
			continue
		}
		for _, imported := range s.imports {
			if strings.Contains(imported, ".") && imported != "golang.org/x/sys/cpu" || strings.HasPrefix(imported, module) {
				t.Errorf("cachelines/%s imports %s", s.name, imported)
			}
		}
	}
}

// TestInferenceIsPure: what infers reads curves and nothing of a machine, so that it
// can be tested on recorded ones. An instrument measures in measure*.go, search.go (which
// is told how to time a walk) and sizes.go; all of its other files infer.
func TestInferenceIsPure(t *testing.T) {
	machine := []string{"internal/arena", "internal/chase", "internal/crew", "internal/host", "internal/stream", "affinity", "cachelines/internal/machine", "cachelines/internal/sweep"}
	instruments := floors[slices.IndexFunc(floors, func(rooms []string) bool { return slices.Contains(rooms, "cachelines/tlb") })]
	for _, s := range sources(t) {
		if !slices.Contains(instruments, s.dir) || strings.HasPrefix(s.name, "measure") || s.name == "sizes.go" {
			continue
		}
		for _, imported := range s.imports {
			if slices.Contains(machine, strings.TrimPrefix(imported, module)) {
				t.Errorf("%s/%s imports %s: only what measures may", s.dir, s.name, imported)
			}
		}
	}
}
