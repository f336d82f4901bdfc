package report

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"cachelab/results/report/figure"
	"cachelab/results/report/page"
	"cachelab/results/rundir"
)

// PageFile and FiguresDir are the names inside the folder that Write fills.
const (
	PageFile   = "report.html"
	FiguresDir = "figures"
)

// Write draws a run into dir: report.html, and each figure that the run has
// data for as figures/<name>.svg. The folder is made where it is missing.
// Nothing is overwritten: where report.html or a figure exists the error is
// fs.ErrExist, and report.html is written last, so that a folder with a page
// is complete.
func Write(dir string, in Input) error {
	figures := figure.OfRun(in)
	page, err := page.RenderRun(in, figures)
	if err != nil {
		return err
	}
	return writeAll(dir, page, figures)
}

// WriteComparison draws several runs into dir as one page that sets machines
// side by side, in the order given, and its figures; otherwise it is as Write.
func WriteComparison(dir string, runs []Input) error {
	figures := figure.OfComparison(runs)
	page, err := page.RenderComparison(runs, figures)
	if err != nil {
		return err
	}
	return writeAll(dir, page, figures)
}

func writeAll(dir string, page []byte, figures []figure.Figure) error {
	path := filepath.Join(dir, PageFile)
	if _, err := os.Lstat(path); err == nil {
		return &rundir.PathError{Path: path, Kind: rundir.ErrExist, Err: fs.ErrExist}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return &rundir.PathError{Path: path, Err: err}
	}
	into := filepath.Join(dir, FiguresDir)
	if len(figures) == 0 {
		into = dir
	}
	if err := os.MkdirAll(into, 0o777); err != nil {
		return &rundir.PathError{Path: into, Err: err}
	}
	for _, f := range figures {
		if err := rundir.WriteFile(filepath.Join(into, f.Name+".svg"), f.File()); err != nil {
			return err
		}
	}
	return rundir.WriteFile(path, page)
}
