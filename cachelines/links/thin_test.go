package links

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"time"

	"cachelab/affinity/topology"
	"cachelab/cachelines/internal/machine"
)

// Samples are thinned evenly, from the first on.
func TestThin(t *testing.T) {
	var all []Sample
	for i := range 100 {
		all = append(all, Sample{CASNS: float64(i)})
	}
	got := thin(all, 10)
	for i, s := range got {
		if s.CASNS != float64(10*i) {
			t.Errorf("sample %d is number %v, want %d", i, s.CASNS, 10*i)
		}
	}
	if len(got) != 10 || len(thin(all, 100)) != 100 || len(thin(all, 101)) != 100 || len(thin(nil, 5)) != 0 {
		t.Errorf("%d of 100 samples, want 10, and no more than there are", len(got))
	}
}

// wires is a machine whose samples take a millisecond by its own clock.
type wires struct {
	machine.Machine
	now    time.Duration
	pairs  [][2]int
	closed int
}

func (m *wires) Now() time.Duration { return m.now }
func (m *wires) Pair(a, b int) (machine.Pair, error) {
	m.pairs = append(m.pairs, [2]int{a, b})
	return wire{nil, m}, nil
}

type wire struct {
	machine.Pair
	m *wires
}

func (w wire) Close() { w.m.closed++ }
func (w wire) SampleLink(done func(int) bool) ([]machine.LinkSample, error) {
	var out []machine.LinkSample
	for {
		w.m.now += time.Millisecond
		out = append(out, machine.LinkSample{CASNS: 34, LoadStoreNS: 30, MultiplyRatio: 2})
		if done(len(out)) {
			return out, nil
		}
	}
}

func threeCPUs() *topology.Topology {
	var t topology.Topology
	for id := range 3 {
		t.CPUs = append(t.CPUs, topology.CPU{ID: id, Online: true, Allowed: true})
	}
	return &t
}

// The first round shares the budget among the pairs, each with nine samples at the least;
// later ones go on where the last one ended, with twenty.
func TestSamplerSharesItsBudget(t *testing.T) {
	for _, test := range []struct {
		budget time.Duration
		want   int // samples of each pair
	}{{60 * time.Millisecond, 21}, {3 * time.Millisecond, 9}, {0, 41}} { // of the default, 120 ms
		m := &wires{}
		s := newSampler(m, threeCPUs(), Options{Budget: test.budget})
		if err := s.First(t.Context()); err != nil {
			t.Fatal(err)
		}
		links := s.Links()
		if len(links) != 3 || m.closed != 3 {
			t.Fatalf("%d links, %d pairs closed, want 3", len(links), m.closed)
		}
		for i, l := range links {
			if l.Samples != test.want || l.CASNS != 34 || l.LoadStoreNS != 30 || len(l.Classes) != 1 || l.Classes[0].MultiplyRatio != 2 {
				t.Errorf("budget %v: link %d is %+v, want %d samples of 34 ns", test.budget, i, l, test.want)
			}
		}
	}
	m := &wires{}
	s := newSampler(m, threeCPUs(), Options{Budget: 60 * time.Millisecond})
	if err := errors.Join(s.First(t.Context()), s.Next(t.Context()), s.Next(t.Context())); err != nil {
		t.Fatal(err)
	}
	want := [][2]int{{0, 1}, {0, 2}, {1, 2}, {0, 1}, {0, 2}}
	for i, p := range want {
		if m.pairs[i] != p {
			t.Errorf("pairs %v, want %v", m.pairs, want)
			break
		}
	}
	if got := s.Links(); got[0].Samples != 40 || got[1].Samples != 40 || got[2].Samples != 21 {
		t.Errorf("samples %d, %d and %d, want 20 of each round where there were two", got[0].Samples, got[1].Samples, got[2].Samples)
	}
}

// A context that ends leaves no samples of a pair, and the error is its own.
func TestSamplerStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := newSampler(&wires{}, threeCPUs(), Options{})
	if err := s.First(ctx); !errors.Is(err, context.Canceled) || len(s.Links()) != 0 {
		t.Errorf("error %v, links %v", err, s.Links())
	}
}

// One usable CPU has no links, and that is no error.
func TestNoPairs(t *testing.T) {
	one := threeCPUs()
	one.CPUs = one.CPUs[:1]
	s := newSampler(&wires{}, one, Options{})
	if err := errors.Join(s.First(t.Context()), s.Next(t.Context())); err != nil || len(s.Links()) != 0 {
		t.Errorf("links %v, error %v", s.Links(), err)
	}
}

// However many CPUs there are beyond those of which every pair is measured, about as
// many pairs are, so that the time of a card does not jump.
func TestPairsDoNotJump(t *testing.T) {
	for n := 2; n <= 500; n++ {
		var topo topology.Topology
		for id := range n {
			topo.CPUs = append(topo.CPUs, topology.CPU{ID: id, Online: true, Allowed: true})
		}
		pairs := Pairs(&topo)
		all := n * (n - 1) / 2
		if least := min(all, MostPairs-5); len(pairs) < least || len(pairs) > min(all, MostPairs) {
			t.Errorf("%d CPUs: %d pairs, want %d to %d", n, len(pairs), least, MostPairs)
		}
		seen := map[[2]int]bool{}
		for _, p := range pairs {
			key := [2]int{min(p.A, p.B), max(p.A, p.B)}
			if seen[key] {
				t.Errorf("%d CPUs: %v twice", n, key)
			}
			seen[key] = true
		}
	}
}

// The matrix hands over each link as it is measured, and ends with an error of the
// one who takes it. It holds no list of the pairs.
func TestMatrixGrows(t *testing.T) {
	m := &wires{}
	var got [][4]int
	err := matrix(t.Context(), m, threeCPUs(), Options{}, func(done, of int, l Link) error {
		got = append(got, [4]int{done, of, l.A, l.B})
		if len(m.pairs) != done {
			t.Errorf("%d pairs are measured when link %d is handed over", len(m.pairs), done)
		}
		return nil
	})
	if want := [][4]int{{1, 3, 0, 1}, {2, 3, 0, 2}, {3, 3, 1, 2}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("error %v, links %v, want %v", err, got, want)
	}

	var large topology.Topology
	for id := range 1 << 16 {
		large.CPUs = append(large.CPUs, topology.CPU{ID: id, Online: true, Allowed: true})
	}
	full := errors.New("disk full")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err = matrix(t.Context(), &wires{}, &large, Options{}, func(done, of int, l Link) error { return full })
	runtime.ReadMemStats(&after)
	if mib := (after.TotalAlloc - before.TotalAlloc) >> 20; err != full || mib > 256 {
		t.Errorf("error %v, %d MiB allocated for 65,536 CPUs: want no list of all pairs, which takes 51,000", err, mib)
	}
}
