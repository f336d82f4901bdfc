package program

import (
	"strings"
	"sync"
)

// Capture keeps what goroutines write, for the tests of the course's programs.
// Several goroutines may write at the same time, as they may to a file. The zero
// Capture is ready to use.
type Capture struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write adds p. It never fails.
func (c *Capture) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.Write(p)
}

// String returns everything written so far.
func (c *Capture) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.String()
}
