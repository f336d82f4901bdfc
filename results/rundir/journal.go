package rundir

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cachelab/internal/jsonfile"
	"cachelab/results"
)

// Plan is the content of plan.json. It is written before the first pass, so that
// a run that was killed can be judged from its folder alone, on any machine and
// by a later cachelab.
type Plan struct {
	Machine string  `json:"machine"` // slug of its card
	Command string  `json:"command"` // that made the run
	Passes  int     `json:"passes"`  // as many as are planned, 1 at least
	Alpha   float64 `json:"alpha"`   // as [results.Options] has it
	// Sequential is that of [results.Options]: the run may be judged more than once.
	Sequential bool            `json:"sequential,omitempty"`
	Only       bool            `json:"only,omitempty"` // the user chose some claims
	Claims     []results.Claim `json:"claims"`         // to be judged
}

// WritePlan writes the plan of a new run.
func WritePlan(dir string, p *Plan) error { return writeJSON(WriteFile, dir, PlanName, p) }

// ReadPlan reads the plan of a run. The error is fs.ErrNotExist where the folder
// has none.
func ReadPlan(dir string) (*Plan, error) {
	return readJSON[Plan](dir, PlanName, "the plan of a run, as scripts/lab writes it")
}

// Journal is the content of passes.json: what became of each pass. It is written
// anew after each pass.
type Journal struct {
	Planned int    `json:"planned"`
	Passes  []Pass `json:"passes"`
	// Looks are the passes after which the run was judged before it went on.
	Looks []int `json:"looks,omitempty"`
}

// Pass is one pass that was begun.
type Pass struct {
	Pass    int     `json:"pass"`    // its number, from 1; that of run.txt's mark where it was kept
	Seconds float64 `json:"seconds"` // that it took
	Kept    bool    `json:"kept"`    // run.txt has it
	Faults  []Fault `json:"faults,omitempty"`
}

// Fault is something that went wrong in a pass.
type Fault struct {
	Kind       FaultKind `json:"kind"`
	Benchmarks []string  `json:"benchmarks,omitempty"` // by name, without "Benchmark" and "-2"; empty where nobody knows
	Text       string    `json:"text"`                 // what was seen, in half a sentence
}

// FaultKind says what went wrong.
type FaultKind string

const (
	Hung        FaultKind = "hung"        // did not end within its limit; the pass is lost
	Died        FaultKind = "died"        // ended in the middle: a crash, a signal, no memory; the pass is lost
	Flooded     FaultKind = "flooded"     // printed without end; the pass is lost
	Unreadable  FaultKind = "unreadable"  // printed what are no results; the pass is lost
	Interrupted FaultKind = "interrupted" // by the user; the pass is lost
	Failed      FaultKind = "failed"      // a benchmark failed its own check; the other results are kept
	Missing     FaultKind = "missing"     // benchmarks that should have run gave no result; the other results are kept
	Skipped     FaultKind = "skipped"     // a benchmark has no result on this machine or at this moment, and said why; no fault of the pass
	LeftBehind  FaultKind = "left behind" // a process that the benchmarks had started was still there; the results are kept
)

// Lost reports whether a pass with such a fault is not kept.
func (k FaultKind) Lost() bool {
	return slices.Contains([]FaultKind{Hung, Died, Flooded, Unreadable, Interrupted}, k)
}

// Kept is how many passes run.txt has.
func (j *Journal) Kept() int {
	n := 0
	for _, p := range j.Passes {
		if p.Kept {
			n++
		}
	}
	return n
}

// mostNamed is how many benchmarks a sentence names: a screenful says less.
const mostNamed = 4

// Summary is what a reader of the results should know of the passes, a sentence
// for each kind of fault, passes and benchmarks gathered. It is empty where
// every pass went well.
func (j *Journal) Summary() []string {
	var out []string
	for _, kind := range []FaultKind{Hung, Died, Flooded, Unreadable, Interrupted, Failed, Missing, LeftBehind} {
		var passes, names []string
		text := ""
		for _, p := range j.Passes {
			for _, f := range p.Faults {
				if f.Kind != kind {
					continue
				}
				if n := fmt.Sprint(p.Pass); !slices.Contains(passes, n) {
					passes = append(passes, n)
				}
				for _, name := range f.Benchmarks {
					if !slices.Contains(names, name) {
						names = append(names, name)
					}
				}
				if text == "" {
					text = f.Text
				}
			}
		}
		if len(passes) > 0 {
			out = append(out, sentence(kind, passes, names, text, len(j.Passes)))
		}
	}
	return out
}

// sentence says what happened, to which passes, and what it means.
func sentence(kind FaultKind, passes, names []string, text string, of int) string {
	which := "pass " + passes[0]
	if len(passes) > 1 {
		which = "passes " + strings.Join(passes, ", ")
	}
	if len(passes) == of && of > 1 {
		which = fmt.Sprintf("all %d passes", of)
	}
	who := "the benchmarks"
	if len(names) > 0 {
		who = strings.Join(names[:min(mostNamed, len(names))], ", ")
		if more := len(names) - mostNamed; more > 0 {
			who += fmt.Sprintf(" and %d more", more)
		}
	}
	switch kind {
	case Hung:
		return fmt.Sprintf("%s hung in %s and was ended (%s): the results of that pass are not used", who, which, text)
	case Died:
		return fmt.Sprintf("%s ended too early in %s (%s): the results of that pass are not used", who, which, text)
	case Flooded:
		return fmt.Sprintf("%s was ended in %s, because it %s: the results of that pass are not used", who, which, text)
	case Unreadable:
		return fmt.Sprintf("the output of the benchmarks in %s is not results (%s): it is not used", which, text)
	case Interrupted:
		return fmt.Sprintf("%s was interrupted, and its results are not used", which)
	case Failed:
		return fmt.Sprintf("%s failed in %s (%s): its results there are missing, the others are used", who, which, text)
	case Missing:
		return fmt.Sprintf("%s gave no result in %s (%s): claims about it rest on fewer passes, or on none", who, which, text)
	}
	return fmt.Sprintf("a process that the benchmarks had started was still running after %s, and was ended: times may contain its work", which)
}

// WriteJournal writes the journal in the place of the last one.
func WriteJournal(dir string, j *Journal) error { return writeJSON(ReplaceFile, dir, JournalName, j) }

// ReadJournal reads the journal of a run. The error is fs.ErrNotExist where the
// folder has none.
func ReadJournal(dir string) (*Journal, error) {
	return readJSON[Journal](dir, JournalName, "what became of the passes, as scripts/lab writes it")
}

func writeJSON(write func(path string, data []byte) error, dir, name string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return write(filepath.Join(dir, name), append(b, '\n'))
}

func readJSON[T any](dir, name, want string) (*T, error) {
	path := filepath.Join(dir, name)
	data, err := jsonfile.Read(path)
	if err != nil {
		return nil, fmt.Errorf("reading a run: %w", err)
	}
	var v T
	if err := jsonfile.Decode(data, &v); err != nil {
		return nil, refuse(filepath.ToSlash(path), err.Line, err.Got, cmp.Or(err.Want, want))
	}
	return &v, nil
}

// Finished says whether a run's folder has all that its run was to make: a
// folder without a plan (an older one, or somebody's own) is finished as it is.
func Finished(dir string) (bool, error) {
	if _, err := os.Stat(filepath.Join(dir, PlanName)); err != nil {
		return true, optional(err)
	}
	for _, name := range []string{VerdictsName, TablesName, PageName} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return false, optional(err)
		}
	}
	return true, nil
}

// Tidy removes from the folder of a run what a kill left half made: files that
// did not yet have their names, and figures without their page, which is written
// last. [Prepare] made sure that the folder had no figures of somebody else's.
func Tidy(dir string) error {
	for _, name := range Names {
		unnamed, _ := filepath.Glob(filepath.Join(dir, "."+name+".*"))
		for _, path := range unnamed {
			if err := os.Remove(path); err != nil {
				return writeError(err, path)
			}
		}
	}
	if _, err := os.Stat(filepath.Join(dir, PageName)); errors.Is(err, fs.ErrNotExist) {
		return os.RemoveAll(filepath.Join(dir, FiguresName))
	}
	return nil
}

// optional is nil for a file that is not there.
func optional(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
