package card

import (
	"cmp"
	"context"
	"runtime"
	"time"

	"cachelab/cachelines/bandwidth"
	"cachelab/cachelines/instrument"
	"cachelab/cachelines/levels"
	"cachelab/cachelines/line"
	"cachelab/cachelines/links"
	"cachelab/cachelines/reported"
	"cachelab/internal/host"
)

// Options bounds a machine card. The zero value is the default.
type Options struct {
	Line  line.Options
	Links links.Options

	Levels, Translation, Ways, Sets, Scatter instrument.Options

	// Progress is called before each part of the measurement with what comes, such as
	// "cache lines", and never while something is measured; nil: nobody wants to know.
	Progress func(what string)
}

func (o Options) progress(what string) {
	if o.Progress != nil {
		o.Progress(what)
	}
}

// Budget is how long a machine card should take: under two seconds with program
// start-up. The L2 set count runs last and gets what is left. It may run over when its
// answer is still inconclusive.
const Budget = 1750 * time.Millisecond

// Session is a machine card and the measurement that made it, which can go on.
type Session struct {
	*Machine
	links *links.Sampler
}

// measurement is a machine card in the making.
type measurement struct {
	*Machine
	values *reported.Values
	hints  instrument.Hints
	o      Options
	start  time.Time // when Measure began; the set count budgets its time from it

	curves levels.Curves
	hitNS  float64 // of the level that cores share, by the ladder; 0: unknown
}

// Measure makes the machine card: what is reported, then the line sizes, the levels
// and the links as measured. It takes about two seconds on two CPUs. What could not be
// measured is null in the card, with a warning that says why.
//
// The error is for a machine that cannot be described at all, for a limit of the address
// space that no thread can be made in, or ctx's own.
func Measure(ctx context.Context, o Options) (*Session, error) {
	if err := host.CheckAddressSpace(); err != nil {
		return nil, err
	}
	start, began := time.Now(), host.ReadActivity()
	values, err := reported.Read()
	if err != nil {
		return nil, err
	}
	m := measurement{Machine: Reported(values), values: values, hints: hints(values), o: o, start: start}
	for _, step := range []struct {
		what    string
		measure func(context.Context) error
	}{{"cache lines", m.measureLine}, {"caches and address translation", m.measureCore}, {"bandwidth", m.measureBandwidth}} {
		o.progress(step.what)
		if err := step.measure(ctx); err != nil {
			return nil, err
		}
	}
	m.compareSources()
	s := &Session{Machine: m.Machine}
	if err := s.measureLinks(ctx, m); err != nil {
		return nil, err
	}
	m.Line.PadBytes = PadFor(m.Line)
	m.warnLineMismatch()
	m.OtherCPUs = host.ReadActivity().OtherWork(began, m.AllowedCPUs())
	m.warnOtherWork()
	return s, nil
}

// Reported is the machine card of what is reported, with nothing measured.
func Reported(v *reported.Values) *Machine {
	m := &Machine{
		Slug: v.Slug(), CPU: CPUIdentity(v.Identity), OS: v.OS, Go: runtime.Version(),
		CPUs: []CPU{}, Caches: []Cache{}, Links: []Link{}, Warnings: []Warning{},
		Line: Line{Reported: []LineReport{}},
	}
	m.Kinds = v.Topology.Kinds
	for _, cpu := range v.Topology.CPUs {
		if !cpu.Online {
			m.Offline = append(m.Offline, cpu.ID)
		} else {
			m.CPUs = append(m.CPUs, CPU{ID: cpu.ID, Core: cpu.Core, Package: cpu.Package, Node: cpu.Node, Kind: cpu.Kind, Allowed: cpu.Allowed})
		}
	}
	for _, c := range v.Caches {
		m.Caches = append(m.Caches, Cache{
			Level: c.Level, Type: c.Type, SizeBytes: c.SizeBytes, LineBytes: c.LineBytes, Ways: c.Ways, CPUs: c.CPUs, Source: c.Source,
		})
	}
	for _, l := range v.Lines {
		m.Line.Reported = append(m.Line.Reported, LineReport(l))
	}
	if v.Here {
		m.GOMAXPROCS = runtime.GOMAXPROCS(0)
	}
	// Where no source reports anything PadFor answers for this architecture.
	if v.Here || len(v.Lines) > 0 {
		m.Line.PadBytes = PadFor(m.Line)
	}
	m.Sources = sources(v)
	m.warnQuota(v.Topology)
	for _, text := range v.Topology.Warnings {
		m.warn(TopologyOdd, "%s", text)
	}
	return m
}

// hints is what the instruments are told.
func hints(v *reported.Values) instrument.Hints {
	first, _ := v.SizeBytes(1)
	llc, _ := v.LLCBytesOrDefault()
	return instrument.Hints{
		LineBytes: v.LineBytesOrDefault(), CacheBytes: v.Sizes(), FirstBytes: first, LLCBytes: llc, CPUs: v.FirstKind(),
	}
}

// left is what is left of the card's budget for the core when what follows it has its
// own.
func (m *measurement) left() time.Duration {
	return Budget - time.Since(m.start) - cmp.Or(m.o.Links.Budget, links.DefaultBudget) - bandwidth.Budget
}

// failed warns that an instrument could not work. The error is ctx's own, where that
// was the cause.
func (m *measurement) failed(ctx context.Context, what string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	m.warn(NotMeasured, "%s were not measured: %v", what, err)
	return nil
}
