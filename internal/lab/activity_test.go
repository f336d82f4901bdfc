package lab

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cachelab/affinity/opt"
	"cachelab/cachelines/card"
	"cachelab/internal/host"
	"cachelab/results/rundir"
)

// A run on a host that gave a twentieth of the time to others says so in its card, and
// measures another round of links before each pass.
func TestPassesWatchTheHost(t *testing.T) {
	activity, resample := readActivity, resampleLinks
	defer func() { readActivity, resampleLinks = activity, resample }()
	ticks, rounds := 0.0, 0
	readActivity = func() host.Activity { // each look is 100 ticks after the one before, 5 of them stolen
		ticks += 100
		a := activity()
		a.Ticks, a.Steal = opt.Some(ticks), opt.Some(ticks/20)
		return a
	}
	resampleLinks = func(*card.Session, context.Context) error { rounds++; return nil }
	pairHere(t)
	dir := filepath.Join(t.TempDir(), "run")
	code, _, stderr := runLab(t, t.Context(), "ok", "-only", "E7", "-passes", "2", "-out", dir)
	text, err := os.ReadFile(filepath.Join(dir, rundir.MachineName))
	if err != nil {
		t.Fatalf("exit %d: %v\n%s", code, err, stderr)
	}
	var m card.Machine
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	warned := false
	for _, w := range m.Warnings {
		warned = warned || w.Kind == card.StolenTime && strings.Contains(w.Text, "in 2 of 2 passes")
	}
	if !warned || m.Volatile == nil || m.Volatile.StealShare.Or(0) < 0.04 {
		t.Errorf("warnings %+v, facts %+v; want one of time stolen in 2 of 2 passes", m.Warnings, m.Volatile)
	}
	if rounds != 2 {
		t.Errorf("%d rounds of links in two passes", rounds)
	}
}
