package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"cachelab/bench/claims"
	"cachelab/results/rundir"
)

func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return rundir.WriteFile(path, append(b, '\n'))
}

// writeTables lets benchstat write each lesson's tables into tables.txt, with
// the command above each. benchstat ends with 0 whatever happens, so what it
// says on stderr decides (trap B7).
func writeTables(ctx context.Context, dir, run string, say *progress) error {
	var out bytes.Buffer
	tool, toolErr := benchstatPath(ctx)
	for _, t := range claims.Tables {
		fmt.Fprintf(&out, "# %s\n# %s\n\n", t.Title, t.Command("run.txt"))
		if toolErr != nil {
			fmt.Fprintf(&out, "(not made: %v)\n\n", toolErr)
			continue
		}
		path, err := filepath.Abs(run)
		if err != nil {
			return err
		}
		table, err := benchstat(ctx, tool, append(slices.Clone(t.Args), path))
		if err != nil {
			say.line("tables.txt: %v", err)
			fmt.Fprintf(&out, "(not made: %v)\n\n", err)
			continue
		}
		out.WriteString(table + "\n")
	}
	return rundir.WriteFile(filepath.Join(dir, "tables.txt"), out.Bytes())
}

// benchstatPath is where the go command keeps this module's benchstat. To ask
// once and start it by its path saves a look at the module for every table.
func benchstatPath(ctx context.Context) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	return goCommand(ctx, root, "tool", "-n", "benchstat")
}

func benchstat(ctx context.Context, tool string, args []string) (string, error) {
	cmd := exec.CommandContext(ctx, tool, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go tool benchstat: %w: %s", err, firstLine(stderr.String()))
	}
	if said := strings.TrimSpace(stderr.String()); said != "" && stdout.Len() == 0 {
		return "", fmt.Errorf("go tool benchstat: %s", firstLine(said))
	}
	return stdout.String(), nil
}

// commit is the revision that the program was built from, where Go recorded
// it.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	revision, modified := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = "+changes"
		}
	}
	return revision + modified
}
