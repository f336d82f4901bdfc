package report

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"cachelab/results/report/figure"
	"cachelab/results/report/page"
	"cachelab/results/report/view"
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
//
// A file of benchmarks alone, without a machine card and verdicts, gets a page of
// distributions instead, and of what changed where it holds two versions.
func Write(dir string, in Input) error {
	if in.IsOwn() {
		return writeOwn(dir, []Input{in})
	}
	figures := figure.OfRun(in)
	page, err := page.RenderRun(in, figures)
	if err != nil {
		return err
	}
	return writeAll(dir, page, figures)
}

// writeOwn draws files of benchmarks that are no runs of the lab.
func writeOwn(dir string, files []Input) error {
	own := view.OwnOf(files)
	figures := figure.OfOwn(own)
	if len(files) == 1 { // it may hold benchmarks of the lab
		figures = append(figures, figure.OfRun(files[0])...)
	}
	page, err := page.RenderOwn(own, figures)
	if err != nil {
		return err
	}
	return writeAll(dir, page, figures)
}

// WriteComparison draws several runs into dir as one page that compares them, in
// the order given, and its figures; otherwise it is as Write. Files of benchmarks
// alone are compared benchmark by benchmark, each with the first.
func WriteComparison(dir string, runs []Input) error {
	if !slices.ContainsFunc(runs, func(in Input) bool { return !in.IsOwn() }) {
		return writeOwn(dir, runs)
	}
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
