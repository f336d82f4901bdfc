//go:build !unix

package bench

import (
	"testing"

	"cachelab/bench/internal/harness"
)

// runThreadSwitch needs a wait of one thread for another that Go's own
// scheduler has no part in; blocking pipes are that on Unix.
func runThreadSwitch(b *testing.B, _ harness.Place) {
	harness.Skip(b, "threads are switched over Unix pipes only")
}

func runPipe(b *testing.B, _ harness.Place) { harness.Skip(b, "there are Unix pipes on Unix only") }
