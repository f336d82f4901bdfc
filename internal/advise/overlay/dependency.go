package overlay

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"
)

// The go command refuses an overlay over the module cache. So a dependency with
// replaced files is copied, and a go.mod or go.work beside the user's replaces
// it by the copy.

// A module is what go list -m says of one.
type module struct {
	Path    string
	Dir     string
	Replace *module
}

// relocated takes the files of the module cache out of replace and returns the
// flags and the environment with which the go command uses copies with these
// files replaced. The copies go to dir.
func (b *Builder) relocated(ctx context.Context, replace map[string]string, dir string) (flags, env []string, err error) {
	if len(replace) == 0 {
		return nil, nil, nil
	}
	cache, err := b.goEnv(ctx, "GOMODCACHE")
	if err != nil {
		return nil, nil, err
	}
	inCache := map[string]string{}
	for path, to := range replace {
		if within(cache, path) {
			inCache[path] = to
			delete(replace, path)
		}
	}
	if len(inCache) == 0 {
		return nil, nil, nil
	}
	modules, err := b.modules(ctx)
	if err != nil {
		return nil, nil, err
	}
	copies, err := copiesOf(modules, inCache, dir)
	if err != nil {
		return nil, nil, err
	}
	work, err := b.goEnv(ctx, "GOWORK")
	if err != nil {
		return nil, nil, err
	}
	if work != "" && work != "off" {
		file, err := workWith(work, copies, dir)
		return nil, []string{"GOWORK=" + file}, err
	}
	mod, err := b.goEnv(ctx, "GOMOD")
	if err != nil {
		return nil, nil, err
	}
	if own := flagValues(b.GOFLAGS, "modfile"); len(own) > 0 {
		mod = own[len(own)-1]
	}
	file, err := modWith(mod, copies, dir)
	return []string{"-modfile=" + file}, nil, err
}

// copiesOf copies the modules that hold the files of replace into dir, with these
// files replaced. It returns the folder of each copy by the module's path.
func copiesOf(modules []module, replace map[string]string, dir string) (map[string]string, error) {
	copies := map[string]string{}
	for path, to := range replace {
		m, ok := owner(modules, path)
		if !ok {
			return nil, fmt.Errorf("%s belongs to no module of the build", path)
		}
		if copies[m.Path] == "" {
			copies[m.Path] = filepath.Join(dir, fmt.Sprintf("module%d", len(copies)))
			if err := copyModule(m, copies[m.Path]); err != nil {
				return nil, err
			}
		}
		rel, err := filepath.Rel(m.Dir, path)
		if err != nil {
			return nil, err
		}
		text, err := os.ReadFile(to)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(copies[m.Path], rel), text, 0o666); err != nil {
			return nil, err
		}
	}
	return copies, nil
}

func within(dir, path string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// goEnv asks the go command for one of its variables.
func (b *Builder) goEnv(ctx context.Context, name string) (string, error) {
	cmd := b.command(ctx, "env", name)
	out, err := output(cmd)
	if err != nil {
		return "", fmt.Errorf("go env %s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}

// modules lists the modules of the build. Dir is that of the replacement, where
// there is one.
func (b *Builder) modules(ctx context.Context) ([]module, error) {
	cmd := b.command(ctx, "list", "-m", "-json=Path,Dir,Replace", "all")
	out, err := output(cmd)
	if err != nil {
		return nil, fmt.Errorf("go list -m: %w", err)
	}
	var all []module
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var m module
		if err := dec.Decode(&m); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list -m: %w", err)
		}
		all = append(all, m)
	}
}

// owner is the module whose folder holds a file.
func owner(modules []module, path string) (module, bool) {
	for _, m := range modules {
		if m.Dir != "" && within(m.Dir, path) {
			return m, true
		}
	}
	return module{}, false
}

// copyModule copies a module's folder, with a go.mod where it has none.
func copyModule(m module, to string) error {
	if err := os.CopyFS(to, os.DirFS(m.Dir)); err != nil {
		return err
	}
	mod := filepath.Join(to, "go.mod")
	if _, err := os.Stat(mod); err == nil {
		return nil
	}
	return os.WriteFile(mod, []byte("module "+m.Path+"\n"), 0o666)
}

// modWith writes a go.mod like the user's, and its go.sum, that uses the copies.
// Relative paths in it still start at the user's module.
func modWith(mod string, copies map[string]string, dir string) (string, error) {
	text, err := os.ReadFile(mod)
	if err != nil {
		return "", err
	}
	f, err := modfile.Parse(mod, text, nil)
	if err != nil {
		return "", err
	}
	for path, to := range copies {
		if err := dropReplaces(f.Replace, path, f.DropReplace); err != nil {
			return "", err
		}
		if err := f.AddReplace(path, "", to, ""); err != nil {
			return "", err
		}
	}
	if text, err = f.Format(); err != nil {
		return "", err
	}
	file := filepath.Join(dir, "go.mod")
	if err := os.WriteFile(file, text, 0o666); err != nil {
		return "", err
	}
	return file, copySum(strings.TrimSuffix(mod, ".mod")+".sum", filepath.Join(dir, "go.sum"))
}

// workWith writes a go.work like the user's that uses the copies.
func workWith(work string, copies map[string]string, dir string) (string, error) {
	text, err := os.ReadFile(work)
	if err != nil {
		return "", err
	}
	f, err := modfile.ParseWork(work, text, nil)
	if err != nil {
		return "", err
	}
	absolute := func(path string) string {
		if filepath.IsAbs(path) {
			return path
		}
		return filepath.Join(filepath.Dir(work), path)
	}
	var uses []*modfile.Use
	for _, u := range f.Use {
		uses = append(uses, &modfile.Use{Path: filepath.ToSlash(absolute(u.Path)), ModulePath: u.ModulePath})
	}
	f.SetUse(uses)
	for _, r := range f.Replace {
		if r.New.Version == "" {
			if err := f.AddReplace(r.Old.Path, r.Old.Version, filepath.ToSlash(absolute(r.New.Path)), ""); err != nil {
				return "", err
			}
		}
	}
	for path, to := range copies {
		if err := dropReplaces(f.Replace, path, f.DropReplace); err != nil {
			return "", err
		}
		if err := f.AddReplace(path, "", to, ""); err != nil {
			return "", err
		}
	}
	f.Cleanup()
	file := filepath.Join(dir, "go.work")
	if err := os.WriteFile(file, modfile.Format(f.Syntax), 0o666); err != nil {
		return "", err
	}
	return file, copySum(work+".sum", file+".sum")
}

// dropReplaces removes the user's own replacements of a module.
func dropReplaces(all []*modfile.Replace, path string, drop func(path, version string) error) error {
	for _, r := range all {
		if r.Old.Path == path {
			if err := drop(r.Old.Path, r.Old.Version); err != nil {
				return err
			}
		}
	}
	return nil
}

// copySum copies a file of checksums, which may be missing.
func copySum(from, to string) error {
	text, err := os.ReadFile(from)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o666)
}
