package cachelines

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// MeasureOptions bounds a machine card. The zero value is the default.
type MeasureOptions struct {
	Line  LineOptions
	Links LinkOptions

	Levels, Translation, Ways, Sets, Scatter CoreOptions

	begun time.Time // when the card was
}

// cardTime is what a card of its own should take: the count of a second level's sets, which
// goes on until it is sure, gets what is left of it, and more where it does not tell enough by then. With what starting
// a program takes it is under two seconds.
const cardTime = 1750 * time.Millisecond

// Measure makes the machine card: what is claimed, then the line sizes, the
// levels and the links as measured. It takes about two seconds on two CPUs. What could not be
// measured is null in the card, with a warning that says why.
//
// The error is for a machine that cannot be described at all, or ctx's own.
func Measure(ctx context.Context, o MeasureOptions) (*Machine, error) {
	o.begun = time.Now()
	claims, err := Claimed()
	if err != nil {
		return nil, err
	}
	m := claims.Card()
	fetch, interference, _, err := MeasureLine(ctx, o.Line)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		m.warn("line sizes were not measured: %v", err)
	} else {
		m.Line.Fetch, m.Line.Interference = &fetch, &interference
	}
	if err := m.addLevels(ctx, claims, o); err != nil {
		return nil, err
	}
	if o.Links.HitNS == 0 {
		o.Links.HitNS = m.hitNS
	}
	m.watch = watchLinks(claims.Topology, o.Links)
	if err := m.watch.begin(ctx); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		m.warn("links were not measured: %v", err)
	}
	m.enterLinks()
	m.Line.PadBytes = PadFor(m.Line)
	m.contradict()
	return m, nil
}

// Card is the machine card of what is claimed, with nothing measured.
func (c *Claims) Card() *Machine {
	m := &Machine{
		Slug: c.Slug(), CPU: c.Identity, OS: c.OS, Go: runtime.Version(),
		CPUs: []CPU{}, Caches: []Cache{}, Links: []Link{}, Warnings: []string{},
		Line: Line{Claimed: []LineClaim{}},
	}
	for _, cpu := range c.Topology.CPUs {
		if cpu.Online {
			m.CPUs = append(m.CPUs, CPU{ID: cpu.ID, Core: cpu.Core, Package: cpu.Package, Node: cpu.Node, Kind: cpu.Kind, Allowed: cpu.Allowed})
		}
	}
	m.Caches = append(m.Caches, c.Caches...)
	m.Line.Claimed = append(m.Line.Claimed, c.Lines...)
	if c.Here {
		m.GOMAXPROCS = runtime.GOMAXPROCS(0)
	}
	// Where nobody says anything PadFor answers for this architecture.
	if c.Here || len(c.Lines) > 0 {
		m.Line.PadBytes = PadFor(m.Line)
	}
	m.Warnings = append(m.Warnings, c.Topology.Warnings...)
	return m
}

// LookAtLinks looks at a link of a card by [Measure] again, at each of several in turn, and enters what all looks together
// tell, each counting alike. Where it fails the card stays as it is. On a card that was not measured it does nothing.
func (m *Machine) LookAtLinks(ctx context.Context) error {
	if m.watch == nil {
		return nil
	}
	if err := m.watch.again(ctx); err != nil {
		return err
	}
	m.enterLinks()
	return nil
}

// enterLinks enters what the looks so far tell, in place of what was told before.
func (m *Machine) enterLinks() {
	links, warnings := m.watch.infer()
	m.Links = append([]Link{}, links...)
	told := func(w string) bool { return slices.Contains(m.linkWarnings, w) }
	at := slices.IndexFunc(m.Warnings, told)
	if at < 0 {
		at = len(m.Warnings)
	}
	m.Warnings = slices.Insert(slices.DeleteFunc(m.Warnings, told), at, warnings...)
	m.linkWarnings = warnings
}

func (m *Machine) warn(format string, args ...any) {
	m.Warnings = append(m.Warnings, fmt.Sprintf(format, args...))
}

// contradict warns where a line size as measured is none of those claimed.
func (m *Machine) contradict() {
	for _, measured := range []struct {
		what string
		size *LineSize
	}{{"fetch", m.Line.Fetch}, {"interference", m.Line.Interference}} {
		if measured.size == nil {
			continue
		}
		bytes, ok := measured.size.Bytes.Get()
		if !ok {
			continue
		}
		for _, claim := range m.Line.Claimed {
			if claim.Bytes != bytes {
				m.warn("%s claims a line of %d bytes, the %s line measures %d", claim.Source, claim.Bytes, measured.what, bytes)
			}
		}
	}
}

// noticeable shares of a run's time: below one percent neither moves a median.
const noticeable = 0.01

// AddNoiseWarnings says what the host's noise during the run spoils. It reads
// m.Volatile.
func (m *Machine) AddNoiseWarnings() {
	v := m.Volatile
	if v == nil {
		return
	}
	var stolen, throttled []int
	for _, p := range v.Passes {
		if p.StealShare.Or(0) > noticeable {
			stolen = append(stolen, p.Pass)
		}
		if p.Throttled.Or(0) > noticeable*p.Seconds {
			throttled = append(throttled, p.Pass)
		}
	}
	if len(stolen) > 0 {
		m.warn("the hypervisor gave over 1%% of the CPU time to others in %d of %d passes: two workers may not have run at the same time there, and false sharing looks cheaper than it is", len(stolen), len(v.Passes))
	}
	if len(throttled) > 0 {
		m.warn("the cgroup's quota stopped this process in %d of %d passes: times there contain the stops", len(throttled), len(v.Passes))
	}
	cpus := 0
	for _, c := range m.CPUs {
		if c.Allowed {
			cpus++
		}
	}
	if load := v.Load1.Or(0); load > float64(cpus)/2 {
		m.warn("the load was %.1f on %d CPUs when the run began: something else was running", load, cpus)
	}
	if v.Governor != "" && !slices.Contains([]string{"performance", "schedutil"}, v.Governor) {
		m.warn("the frequency governor is %q: short samples may run at a low clock", v.Governor)
	}
}
