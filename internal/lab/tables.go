package lab

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cachelab/bench/claims"
	"cachelab/internal/format"
	"cachelab/internal/process"
	"cachelab/results/rundir"
)

// writeTables lets benchstat write each lesson's tables into a file, with
// the command above each. benchstat ends with 0 whatever happens, so what it
// says on stderr decides (trap R7).
func writeTables(ctx context.Context, path, run string, say *progress) error {
	var out bytes.Buffer
	tool, toolErr := benchstatPath(ctx)
	for _, t := range claims.Tables {
		fmt.Fprintf(&out, "# %s\n# %s\n\n", t.Title, t.Command("run.txt"))
		if toolErr != nil {
			fmt.Fprintf(&out, "(not made: %v)\n\n", toolErr)
			continue
		}
		file, err := filepath.Abs(run)
		if err != nil {
			return err
		}
		table, err := benchstat(ctx, tool, append(slices.Clone(t.Args), file))
		if err != nil {
			say.line("tables.txt: %v", err)
			fmt.Fprintf(&out, "(not made: %v)\n\n", err)
			continue
		}
		out.WriteString(table + "\n")
	}
	return rundir.WriteFile(path, out.Bytes())
}

// benchstatPath is findBenchstat, but for tests of runs whose tables nobody reads: these
// would start benchstat for each.
var benchstatPath = findBenchstat

// findBenchstat is where the go command keeps this module's benchstat. To ask
// once and start it by its path saves a look at the module for every table.
func findBenchstat(ctx context.Context) (string, error) {
	root, _, err := goPlaces(ctx)
	if err != nil {
		return "", err
	}
	return goCommand(ctx, root, "tool", "-n", "benchstat")
}

// benchstatLimit is how long one table may take: milliseconds for every run so
// far.
const benchstatLimit = time.Minute

func benchstat(ctx context.Context, tool string, args []string) (string, error) {
	out, err := process.Run(ctx, process.Command{Path: tool, Args: args, Limit: benchstatLimit})
	said := strings.TrimSpace(string(out.Stderr))
	if err != nil {
		return "", fmt.Errorf("go tool benchstat: %w: %s", err, format.FirstLines(said, 1))
	}
	if said != "" && len(out.Stdout) == 0 {
		return "", fmt.Errorf("go tool benchstat: %s", format.FirstLines(said, 1))
	}
	return string(out.Stdout), nil
}
