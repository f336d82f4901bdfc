package main

import (
	"fmt"
	"io"
	"os"

	"cachelab/affinity/topology/detect"
)

// recordTo writes a recording of this machine to a file that is not there yet.
func recordTo(name string, stderr io.Writer) (err error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
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
