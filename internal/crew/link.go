package crew

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"
	"unsafe"

	"cachelab/internal/arena"
	"cachelab/internal/host"
)

// LinkSample is what a line's transfer between two workers cost at one moment.
type LinkSample struct {
	At            time.Duration // since the probe was made
	CASNS         float64       // one way, compare-and-swap ping-pong
	CASFirstNS    float64       // the same, at the beginning of the sample
	CASLastNS     float64       // and at its end: where these differ the link changed inside
	LoadStoreNS   float64       // one way, load and store ping-pong over one line
	MultiplyRatio float64       // throughput of both workers' multiplies over one's: 2 cores 2.0, siblings little over 1
}

// LinkChangeFactor is by how much two latencies of one link must differ to say
// that it changed class in between: within a class they stay within a fifth,
// the nearest two classes are a factor of two apart (trap H2); 1.5 lies
// between, on a log scale.
const LinkChangeFactor = 1.5

// Changed reports whether the link changed class inside the sample.
func (s LinkSample) Changed() bool { return LinkChanged(s.CASFirstNS, s.CASLastNS) }

// LinkChanged reports whether two CAS latencies of one link belong to two
// classes.
func LinkChanged(a, b float64) bool { return max(a, b) > LinkChangeFactor*min(a, b) }

// The sizes of a sample, together about a millisecond where a transfer takes
// 35 ns. One line's burst is 500 transfers, 17 us, so that the clock's step
// (50 ns) and the start's skew (one transfer) are below one percent. Several
// lines, because the home node of a line matters (trap H13); the median over
// them drops a burst in which a worker was taken off its CPU.
const (
	linkLines      = 8
	linkRoundTrips = 250
	linkLineStride = 4096 + 256 // another page, another set, never the neighbour pair
	multiplyRounds = 4000       // of eight multiplies: about 10 us
	multiplyTrials = 5

	// A burst whose first timeoutTrips take timeout ends with them: its workers run in turns, as beside a load on
	// both CPUs, and each transfer takes a scheduler's slice. The longest link takes a microsecond one way.
	// Without this a sample took 4 ms for each of its 12,000 transfers.
	timeoutTrips = 5
	timeout      = time.Millisecond

	// A burst during which a worker was off its CPU for mostOffBurst of the time says what
	// the scheduler did, and is done again; the two readings of the CPU time are outside of
	// the burst, so that a short one does not look disturbed.
	mostOffBurst = 0.1

	// mostLost is how many disturbed bursts end one reading of the distance: as many as it
	// needs undisturbed ones. Beside a load on both CPUs all are, and each takes tens of
	// milliseconds.
	mostLost = linkLines / 2
)

// Link measures the link between the first two workers of a crew.
type Link struct {
	crew  *Crew
	arena *arena.Arena
	since time.Time
	late  atomic.Bool // of the present burst; worker 0 writes it

	first, last, loadStore [linkLines]float64
	alone, both            [multiplyTrials]float64
}

// NewLink prepares a probe on fresh memory that worker 0 touches first. The
// crew must have two workers at least; further ones only wait.
func NewLink(c *Crew) (*Link, error) {
	if c.Size() < 2 {
		return nil, fmt.Errorf("crew: a link has two ends, and the crew has %d worker", c.Size())
	}
	a, err := arena.New(linkLines*linkLineStride, arena.Small)
	if err != nil {
		return nil, err
	}
	l := &Link{crew: c, arena: a, since: time.Now()}
	c.Run(func(w *Worker) {
		if w.Index == 0 {
			a.Touch()
		}
	})
	return l, nil
}

// Close gives the probe's memory back; the crew stays.
func (l *Link) Close() error { return l.arena.Close() }

// CAS measures the one-way CAS latency alone, in nanoseconds, over 4 lines:
// about 0.15 ms where a transfer takes 35 ns. Every worker of the crew must
// call it, inside a run; each gets the same answer.
func (l *Link) CAS(w *Worker) float64 {
	l.pingPong(w, pingCAS, l.first[:linkLines/2])
	return median(l.first[:linkLines/2])
}

// Distance is CAS for telling which link it is: the fastest of 4 bursts that nothing else
// disturbed. A host that takes a CPU away for 50 us in each millisecond lengthens every
// second or third burst, and nothing shortens one, so that the median of four says at times
// that the link changed. It is 0, not known, where the first 4 bursts were all disturbed.
func (l *Link) Distance(w *Worker) float64 {
	return distance(func(i int) burstTime { return l.timedBurst(w, pingCAS, i%linkLines) })
}

// distance is Distance by a function that makes burst i.
func distance(burst func(i int) burstTime) float64 {
	clean, lost, fastest := 0, 0, 0.0
	for clean < linkLines/2 && lost < mostLost {
		b := burst(clean + lost)
		if b.off > mostOffBurst {
			lost++
			continue
		}
		if clean++; clean == 1 || b.ns < fastest {
			fastest = b.ns
		}
	}
	return fastest
}

// LoadStore is CAS for the other protocol.
func (l *Link) LoadStore(w *Worker) float64 {
	l.pingPong(w, pingLoadStore, l.loadStore[:linkLines/2])
	return median(l.loadStore[:linkLines/2])
}

// LinkTransfers is how many transfers, both ways counted, one call of CAS or
// LoadStore makes.
const LinkTransfers = linkLines / 2 * 2 * linkRoundTrips

// Sample measures everything once. Every worker of the crew must call it,
// inside a run; each gets the same answer.
func (l *Link) Sample(w *Worker) LinkSample {
	at := time.Since(l.since)
	l.pingPong(w, pingCAS, l.first[:])
	l.pingPong(w, pingLoadStore, l.loadStore[:])
	l.multiply(w)
	l.pingPong(w, pingCAS, l.last[:])
	s := l.summary(at)
	w.Barrier() // nobody writes the next sample while another still reads this one
	return s
}

// summary is the sample of the bursts that were measured last.
func (l *Link) summary(at time.Duration) LinkSample {
	return LinkSample{
		At:         at,
		CASNS:      median(append(slices.Clone(l.first[:]), l.last[:]...)),
		CASFirstNS: median(l.first[:]), CASLastNS: median(l.last[:]),
		LoadStoreNS:   median(l.loadStore[:]),
		MultiplyRatio: 2 * median(l.alone[:]) / median(l.both[:]),
	}
}

// transferNS is the time of one transfer, one way, of a burst of so many trips there
// and back.
func transferNS(s Span, trips int) float64 { return float64(s.Wall.Nanoseconds()) / float64(2*trips) }

// pingPong bounces each of len(into) lines and writes ns a transfer. Bursts that something
// else disturbed are done again, at most one for four lines: beside a load on both CPUs
// each is, and takes milliseconds.
func (l *Link) pingPong(w *Worker, kernel pingKernel, into []float64) {
	again := max(1, len(into)/4)
	for i := 0; i < len(into); i++ {
		b := l.timedBurst(w, kernel, i)
		if w.Index == 0 {
			into[i] = b.ns
		}
		if b.off > mostOffBurst && again > 0 { // the same for all workers
			again--
			i--
		}
	}
	w.Barrier()
}

// burstTime is what a burst took: ns a transfer, and the largest share of the time that a
// worker was off its CPU.
type burstTime struct{ ns, off float64 }

// timedBurst bounces one of the lines, and gives every worker the same answer.
func (l *Link) timedBurst(w *Worker, kernel pingKernel, line int) burstTime {
	p := (*uint32)(l.arena.At(line * linkLineStride))
	if w.Index == 0 {
		atomic.StoreUint32(p, 0)
	}
	span := w.Time(func() {
		if w.Index < 2 {
			l.burst(w, kernel, p)
		}
	})
	trips := linkRoundTrips
	if l.late.Load() {
		trips = timeoutTrips
	}
	return burstTime{transferNS(span, trips), span.OffCPU}
}

// burst bounces one line between the first two workers. Worker 0 says that it is late before it hands the word over for the last of the first trips, so that
// worker 1 knows when it has got it.
func (l *Link) burst(w *Worker, kernel pingKernel, p *uint32) {
	me, buddy, stop := uint32(w.Index), uint32(1-w.Index), &w.crew.barrier.broken
	begin := host.Now()
	kernel(p, me, buddy, timeoutTrips-1, stop)
	if w.Index == 0 {
		l.late.Store(host.Now()-begin > timeout)
	}
	kernel(p, me, buddy, 1, stop)
	if !l.late.Load() {
		kernel(p, me, buddy, linkRoundTrips-timeoutTrips, stop)
	}
}

// multiply times the multiply chains on worker 0 alone and on both.
func (l *Link) multiply(w *Worker) {
	for i := range multiplyTrials {
		alone := w.Time(func() {
			if w.Index == 0 {
				w.Sum += multiplyChains(multiplyRounds)
			}
		})
		both := w.Time(func() {
			if w.Index < 2 {
				w.Sum += multiplyChains(multiplyRounds)
			}
		})
		if w.Index == 0 {
			l.alone[i], l.both[i] = float64(alone.Wall), float64(both.Wall)
		}
	}
	w.Barrier()
}

// pingKernel hands the word at p over n times, from worker me to its buddy.
type pingKernel func(p *uint32, me, buddy uint32, n int, stop *atomic.Bool)

// pingCAS hands the word at p over n times: it swaps me for buddy, and waits by
// trying. Without PAUSE, which costs more than the transfer (trap H13). The
// protocol is that of multichase's pingpong -l -r 0.
//
//go:noinline
func pingCAS(p *uint32, me, buddy uint32, n int, _ *atomic.Bool) {
	for ; n > 0; n-- {
		for !atomic.CompareAndSwapUint32(p, me, buddy) {
		}
	}
}

// pauseCount is zero. It is what pingpong's count of pauses is, a word of its own line that is read between tries.
var pauseCount struct {
	_ [128]byte
	n atomic.Uint64
	_ [128]byte
}

// pingLoadStore hands the word over with a load that waits and a plain store.
// An atomic store would be an exchange on amd64, and so a second CAS test. The
// protocol is that of multichase's pingpong -u -r 0, and so is the number of
// loads: a try, and looks at two words that nobody writes. A tighter wait keeps more loads of the line under way when it is taken away: with one
// look less this measures 39 ns and without any 45 and at times 90 where it measures 31 (2 vCPUs
// of an EPYC, one L3), and pingpong 30 to 33.
//
//go:noinline
func pingLoadStore(p *uint32, me, buddy uint32, n int, stop *atomic.Bool) {
	quiet := &pauseCount.n
	for n > 0 {
		if atomic.LoadUint32(p) == me {
			*(*uint32)(unsafe.Pointer(p)) = buddy
			n--
		}
		if quiet.Load() != 0 || stop.Load() {
			return
		}
	}
}

// median returns the median of xs, which it does not change.
func median(xs []float64) float64 {
	s := slices.Sorted(slices.Values(xs))
	n := len(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}
