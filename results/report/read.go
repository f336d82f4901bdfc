package report

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"cachelab/cachelines/card"
	"cachelab/internal/format"
	"cachelab/internal/jsonfile"
	"cachelab/results"
	"cachelab/results/benchlog"
	"cachelab/results/report/view"
	"cachelab/results/rundir"
)

// Input is one run, as far as it came; each part may be missing.
type Input = view.Input

// Names of a run's files; verdicts.json is rundir.VerdictsName.
const (
	runFile     = "run.txt"
	machineFile = "machine.json"
)

// Read reads a run: a folder as scripts/lab writes it, of whose files any may
// be missing but not all, or one file of benchmark output. A file that is there
// and damaged is a *benchlog.FormatError with file and line, not a gap.
func Read(path string) (Input, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Input{}, fmt.Errorf("reading a run: %w", err)
	}
	in := Input{Folder: path}
	if !info.IsDir() {
		in.Log, err = benchlog.ReadFile(path)
		in.Name = configValue(in.Log, "machine", "cpu")
		return in, err
	}
	in.Log, err = optional(benchlog.ReadFile(filepath.Join(path, runFile)))
	if err != nil {
		return Input{}, err
	}
	in.Machine, err = optional(ReadMachineFile(filepath.Join(path, machineFile)))
	if err != nil {
		return Input{}, err
	}
	in.Verdicts, err = optional(rundir.ReadVerdictsFile(filepath.Join(path, rundir.VerdictsName)))
	if err != nil {
		return Input{}, err
	}
	if in.Log == nil && in.Machine == nil && in.Verdicts == nil {
		return Input{}, fmt.Errorf("%s is not a run: it has neither %s nor %s nor %s", path, runFile, machineFile, rundir.VerdictsName)
	}
	in.Name = configValue(in.Log, "machine", "cpu")
	if in.Machine != nil && in.Machine.Volatile != nil {
		in.Command = in.Machine.Volatile.Command
	}
	return in, nil
}

// optional turns a file that is not there into nil.
func optional[T any](v *T, err error) (*T, error) {
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return v, err
}

// configValue is the first of the keys that the file's configuration has.
func configValue(log *results.Log, keys ...string) string {
	if log == nil {
		return ""
	}
	for _, k := range keys {
		for _, c := range log.Config {
			if c.Key == k {
				return format.OneLine(string(c.Value))
			}
		}
	}
	return ""
}

// ReadMachineFile reads a machine.json.
func ReadMachineFile(path string) (*card.Machine, error) {
	data, err := jsonfile.Read(path)
	if err != nil {
		return nil, fmt.Errorf("reading a machine card: %w", err)
	}
	return parseMachine(data, filepath.ToSlash(path))
}

// parseMachine decodes a machine card; file is its name in messages. Fields
// that are not known are passed over: a newer cachelab may have written them.
func parseMachine(data []byte, file string) (*card.Machine, error) {
	var m card.Machine
	if err := jsonfile.Decode(data, &m); err != nil {
		return nil, &benchlog.FormatError{File: file, Line: err.Line, Got: err.Got, Want: cmp.Or(err.Want, "a machine card, as scripts/machine -json writes it")}
	}
	return &m, nil
}
