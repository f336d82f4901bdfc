package jsonfile

import (
	"fmt"
	"os"
)

// largestFile is far beyond every file of the project: the largest machine card, of a
// machine with 1024 CPUs, has some megabytes.
const largestFile = 256 << 20

// Read reads a file whole. What is no regular file is refused before it is opened: a
// named pipe would wait for its writer, and a device may never end.
func Read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, fmt.Errorf("%s is a folder, expected a file", path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is a pipe, a device or a socket, expected a file", path)
	case info.Size() > largestFile:
		return nil, fmt.Errorf("%s has %d MiB, expected less than %d", path, info.Size()>>20, largestFile>>20)
	}
	return os.ReadFile(path)
}
