package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"cachelab/results"
	"cachelab/results/report/figure"
	"cachelab/results/report/page"
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
		return fmt.Errorf("%s is there already and is not overwritten; choose another folder with -out: %w", path, fs.ErrExist)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot write the report; choose another folder with -out: %w", err)
	}
	into := filepath.Join(dir, FiguresDir)
	if len(figures) == 0 {
		into = dir
	}
	if err := os.MkdirAll(into, 0o777); err != nil {
		return fmt.Errorf("cannot make the report's folder; choose another with -out: %w", err)
	}
	for _, f := range figures {
		if err := results.WriteFile(filepath.Join(into, f.Name+".svg"), f.File()); err != nil {
			return err
		}
	}
	return results.WriteFile(path, page)
}
