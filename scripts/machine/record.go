package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"cachelab/affinity/topology/detect"
	"cachelab/internal/cli"
)

// recordTo writes a recording of this machine to a file that is not there yet.
func recordTo(name string, stderr io.Writer) (err error) {
	if !strings.HasSuffix(name, ".tar.gz") && !strings.HasSuffix(name, ".tgz") {
		return cli.Usagef("-record %s: a recording is a .tar.gz, so its name must end like that: -record machine.tar.gz", name)
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("-record: %s exists already and is not overwritten: choose another name", name)
	}
	if err != nil {
		return fmt.Errorf("-record: %w", err)
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
		if err != nil {
			os.Remove(name)
		}
	}()
	if err := detect.Record(f); err != nil {
		return fmt.Errorf("-record: %w", err)
	}
	_, err = fmt.Fprintf(stderr, "recorded in %s; show it with -sysfs %s\n", name, name)
	return err
}
