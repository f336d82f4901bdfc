package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// progressName is the file in the folder course that keeps the learner's progress. Git
// ignores it.
const progressName = ".progress.json"

// progressVariable names an environment variable with another file for it: a test of the
// page's commands leaves the learner's progress alone.
const progressVariable = "COURSE_PROGRESS"

// progress is what the learner has passed, and how many hints were shown.
type progress struct {
	path   string
	Passed map[string]bool `json:"passed"`
	Hints  map[string]int  `json:"hints"`
}

// readProgress reads the file; one that is not there is no progress yet.
func readProgress(path string) (progress, error) {
	p := progress{path: path, Passed: map[string]bool{}, Hints: map[string]int{}}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return p, fmt.Errorf("%s: %w (delete the file to begin anew)", path, err)
	}
	if p.Passed == nil {
		p.Passed = map[string]bool{}
	}
	if p.Hints == nil {
		p.Hints = map[string]int{}
	}
	return p, nil
}

// write keeps the progress: beside the file first, so that an interrupt leaves the old
// one or the new one. A folder that cannot be written to keeps no progress, and is no
// reason to refuse a check.
func (p progress) write() error {
	data, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(p.path), progressName+"-")
	if errors.Is(err, fs.ErrPermission) {
		return nil
	} else if err != nil {
		return err
	}
	_, err = file.Write(append(data, '\n'))
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), p.path)
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return err
}
