//go:build !linux

package host

// OpenCounters fails with ErrNoCounters: perf events are Linux's.
func OpenCounters(...Event) (*Counters, error) { return nil, ErrNoCounters }

// Read returns no counts.
func (c *Counters) Read() Counts { return Counts{} }

// Close does nothing.
func (c *Counters) Close() {}
