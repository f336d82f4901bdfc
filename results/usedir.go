package results

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// RunFiles are the names of what a run's folder holds.
var RunFiles = []string{"run.txt", "machine.json", "verdicts.json", "tables.txt", "report.html", "figures"}

// UseRunDir prepares a folder that the user named for a run: it makes it where
// it is missing, and finds out now, before anything is measured, whether it can
// be written and holds no run already.
func UseRunDir(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return howToMend(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return howToMend(err)
	}
	for _, e := range entries {
		if slices.Contains(RunFiles, e.Name()) {
			return fmt.Errorf("%s holds a run already (%s), which is not overwritten; choose another folder with -out: %w", dir, e.Name(), fs.ErrExist)
		}
	}
	probe, err := os.CreateTemp(dir, ".cachelab-")
	if err != nil {
		return howToMend(err)
	}
	probe.Close()
	return os.Remove(filepath.Clean(probe.Name()))
}
