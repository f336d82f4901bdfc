// Package treefs is a file system of texts in memory.
//
// testing/fstest.MapFS looks through all files to list a directory or to miss
// one, which takes minutes for the tree of 2,000 CPUs.
package treefs

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// FS holds files by their path. Call Index before reading from it.
type FS struct {
	Files map[string]string
	dirs  map[string]map[string]bool // entries; true is a directory
}

// Index lists the directories of the files, and the given empty ones; edits after
// it are not seen.
func (f *FS) Index(empty ...string) {
	f.dirs = map[string]map[string]bool{".": {}}
	for _, dir := range empty {
		f.dirs[dir] = map[string]bool{}
		f.enter(dir, true)
	}
	for name := range f.Files {
		f.enter(name, false)
	}
}

func (f *FS) enter(name string, isDir bool) {
	for name != "." {
		dir := path.Dir(name)
		if f.dirs[dir] == nil {
			f.dirs[dir] = map[string]bool{}
		}
		f.dirs[dir][path.Base(name)] = isDir
		name, isDir = dir, true
	}
}

// Open opens a file; directories are read by ReadDir.
func (f *FS) Open(name string) (fs.File, error) {
	s, ok := f.Files[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &file{strings.NewReader(s), entry{path.Base(name), false}}, nil
}

// Stat describes a file or a directory.
func (f *FS) Stat(name string) (fs.FileInfo, error) {
	if _, ok := f.Files[name]; ok {
		return entry{path.Base(name), false}, nil
	}
	if _, ok := f.dirs[name]; ok {
		return entry{path.Base(name), true}, nil
	}
	return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
}

// ReadDir lists a directory, in order of names.
func (f *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, ok := f.dirs[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	var list []fs.DirEntry
	for _, base := range slices.Sorted(maps.Keys(entries)) {
		list = append(list, entry{base, entries[base]})
	}
	return list, nil
}

type file struct {
	*strings.Reader
	info entry
}

func (f *file) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *file) Close() error               { return nil }

type entry struct {
	name string
	dir  bool
}

func (e entry) Name() string               { return e.name }
func (e entry) IsDir() bool                { return e.dir }
func (e entry) Type() fs.FileMode          { return e.Mode().Type() }
func (e entry) Info() (fs.FileInfo, error) { return e, nil }
func (e entry) Size() int64                { return 0 }
func (e entry) ModTime() time.Time         { return time.Time{} }
func (e entry) Sys() any                   { return nil }
func (e entry) Mode() fs.FileMode {
	if e.dir {
		return fs.ModeDir | 0o755
	}
	return 0o444
}
