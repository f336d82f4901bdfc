// Package dump prepares files for the recorder, and reads what it wrote.
//
// The recorder maps a file and keeps all it knows there, so that a program
// that panics or is killed loses nothing. Addresses get their names from the
// recorded program itself: it is started a second time with a list of
// questions, answers them before any package of the user is initialised, and
// exits. That needs no symbol table, and it knows inlined calls and the exact
// layout of every type.
package dump

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"cachelab/internal/advise/record"
	"cachelab/internal/advise/recorder"
	"cachelab/internal/process"
)

// processes is the number of processes that can be recorded at a time: the
// program and children that run the same binary. recorder/start.go.txt tries
// the same letters.
const processes = "abcdefghijklmnop"

// A Recording is a folder of files for one run.
type Recording struct{ Dir string }

// Prepare makes the files in a new folder below parent. They are sparse.
func Prepare(parent string) (*Recording, error) {
	dir, err := os.MkdirTemp(parent, "run-")
	if err != nil {
		return nil, err
	}
	for _, c := range processes {
		if err := sparse(filepath.Join(dir, "dump."+string(c)), recorder.FileBytes); err != nil {
			return nil, err
		}
		if err := sparse(filepath.Join(dir, "places."+string(c)), recorder.PrivateBytes); err != nil {
			return nil, err
		}
	}
	return &Recording{dir}, nil
}

// sparse makes an empty file of the given size.
func sparse(path string, size int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	err = f.Truncate(int64(size))
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("no room for the recording: %w", err)
	}
	return nil
}

// Close removes the folder.
func (r *Recording) Close() error { return os.RemoveAll(r.Dir) }

// A Mode says what the program records.
type Mode int

const (
	Bursts Mode = iota // accesses, in bursts
	All                // every access, which gives accesses per operation
	Places             // no access, only where objects lie
)

// Env is what the recorded program needs in its environment.
func (r *Recording) Env(m Mode) []string {
	env := []string{"CACHELAB_ADVISE=" + r.Dir}
	switch m {
	case All:
		env = append(env, "CACHELAB_ADVISE_SAMPLE=1")
	case Places:
		env = append(env, "CACHELAB_ADVISE_MODE=places")
	}
	return env
}

// ReadPlaces returns the objects of the first process of a run in mode Places.
func (r *Recording) ReadPlaces(ctx context.Context, program string) ([]recorder.Placed, error) {
	path := filepath.Join(r.Dir, "dump.a")
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	private, err := os.ReadFile(filepath.Join(r.Dir, "places.a"))
	if err != nil {
		return nil, err
	}
	snap, err := recorder.Open(data)
	if err != nil {
		return nil, err
	}
	if err := snap.AddPlaces(private); err != nil {
		return nil, err
	}
	names, err := ask(ctx, program, path+".names", snap)
	if err != nil {
		return nil, err
	}
	return snap.Places(names), nil
}

// Read returns one dump for each process that was recorded, the first one
// first. program is the recorded binary.
func (r *Recording) Read(ctx context.Context, program string) ([]*record.Dump, error) {
	var dumps []*record.Dump
	for _, c := range processes {
		if _, err := os.Stat(filepath.Join(r.Dir, "claim."+string(c))); err != nil {
			break
		}
		d, err := r.readOne(ctx, filepath.Join(r.Dir, "dump."+string(c)), program)
		if err != nil {
			return dumps, err
		}
		dumps = append(dumps, d)
	}
	return dumps, nil
}

func (r *Recording) readOne(ctx context.Context, path, program string) (*record.Dump, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	snap, err := recorder.Open(data)
	if err != nil {
		return nil, err
	}
	names, err := ask(ctx, program, path+".names", snap)
	if err != nil {
		return nil, fmt.Errorf("%s does not name its functions and types: %w", filepath.Base(program), err)
	}
	d := snap.Dump(names)
	d.Program = program
	return d, nil
}

// ask starts the recorded program as its own resolver.
func ask(ctx context.Context, program, path string, snap *recorder.Snapshot) (*names, error) {
	pcs, types := snap.Addresses()
	var questions []byte
	for _, pc := range pcs {
		questions = binary.NativeEndian.AppendUint64(binary.NativeEndian.AppendUint64(questions, 1), pc)
	}
	for _, t := range types {
		questions = binary.NativeEndian.AppendUint64(binary.NativeEndian.AppendUint64(questions, 2), t)
	}
	if err := os.WriteFile(path, questions, 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = slices.Concat(os.Environ(), []string{"CACHELAB_ADVISE_NAMES=" + path})
	defer process.Tie(cmd)()
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	answers, err := os.ReadFile(path + ".out")
	if err != nil {
		return nil, err
	}
	return parse(string(answers))
}
