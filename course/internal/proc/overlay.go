package proc

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Overlay writes a file for go build -overlay into dir, and returns the flag: the
// compiler then reads other files in the place of some. No file of the tree is touched.
func Overlay(dir string, replace map[string]string) (flag string, err error) {
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	file, err := os.CreateTemp(dir, "overlay-*.json")
	if err != nil {
		return "", err
	}
	defer file.Close()
	_, err = file.Write(list)
	return "-overlay=" + file.Name(), err
}

// InPlaceOf maps the Go files of a folder, and of the folders in it, to the same names
// in another one.
func InPlaceOf(other, folder string) (map[string]string, error) {
	replace := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		name, err := filepath.Rel(folder, path)
		replace[filepath.Join(other, name)] = path
		return err
	})
	return replace, err
}

// PackageDir is the folder of a package.
func PackageDir(ctx context.Context, pkg string) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", pkg).Output()
	if err != nil && Interrupted(ctx) != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", fmt.Errorf("finding %s: %w (run it inside the cachelab folder)", pkg, err)
	}
	return strings.TrimSpace(string(out)), nil
}
