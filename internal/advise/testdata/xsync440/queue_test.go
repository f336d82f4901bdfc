package xsync440

import (
	"runtime"
	"testing"

	"github.com/puzpuzpuz/xsync/v4"
)

// BenchmarkQueue passes items from one goroutine to another.
func BenchmarkQueue(b *testing.B) {
	q := xsync.NewMPMCQueue[int](1024)
	done := make(chan bool)
	go func() {
		for range b.N {
			for !q.TryEnqueue(1) {
				runtime.Gosched()
			}
		}
		done <- true
	}()
	sum := 0
	for range b.N {
		for {
			item, ok := q.TryDequeue()
			if ok {
				sum += item
				break
			}
			runtime.Gosched()
		}
	}
	<-done
	if sum != b.N {
		b.Fatalf("took %d of %d items", sum, b.N)
	}
}
