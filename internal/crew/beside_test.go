package crew

import (
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// While worker 1 counts, worker 0 keeps writing: its word has grown, by whole batches.
func TestWriterWritesWhileTheOtherCounts(t *testing.T) {
	c := newCrew(t, twoPlaces(t)...)
	const n = 200_000
	written, counted := new([32]uint64), new([32]uint64)
	var done [3]struct {
		_    [falseShareGuard]byte
		flag atomic.Bool
	}
	// One try may find worker 0 off its CPU until worker 1 has finished.
	for try := range 200 {
		*written, *counted = [32]uint64{}, [32]uint64{}
		var spent [2]time.Duration
		c.Run(func(w *Worker) {
			spent[w.Index] = w.CountBeside(unsafe.Pointer(&written[16]), unsafe.Pointer(&counted[16]), n, &done[1].flag)
		})
		if counted[16] != n || spent[0] != spent[1] || spent[0] <= 0 {
			t.Fatalf("counted to %d of %d, in %v and %v", counted[16], n, spent[0], spent[1])
		}
		if written[16]%16 != 0 {
			t.Fatalf("the writer wrote %d words, want whole batches of 16", written[16])
		}
		if written[16] > 16 {
			return
		}
		if try == 199 {
			t.Errorf("in 200 tries the writer wrote %d words", written[16])
		}
	}
}

// Both of two writers write all that they should, each its own word.
func TestWriteBoth(t *testing.T) {
	c := newCrew(t, twoPlaces(t)...)
	words := new([64]uint64)
	c.Run(func(w *Worker) {
		w.WriteBoth([2]unsafe.Pointer{unsafe.Pointer(&words[0]), unsafe.Pointer(&words[32])}, 1000)
	})
	if words[0] != 1000 || words[32] != 1000 {
		t.Errorf("wrote %d and %d, want 1000 each", words[0], words[32])
	}
}
