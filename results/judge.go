package results

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"golang.org/x/perf/benchmath"

	"cachelab/internal/format"
	"cachelab/internal/stats"
)

// Options are the choices of a judgement; the zero value is the usual one.
type Options struct {
	// Alpha is the chance, over all claims of the run and all looks together, that one
	// of them is called significant where there is no difference, and of each claim
	// that its interval misses the true ratio; 0 is DefaultAlpha.
	Alpha float64

	// Sequential says that the run may be judged more than once, each time with more
	// passes (see [Spent]). Looks are the passes after which it was, ascending; what
	// was measured after the last of them is one look more. Without Sequential the run
	// is judged once, at its end, and Looks count for nothing.
	Sequential bool
	Looks      []int
}

// DefaultAlpha is the usual chance of a wrong statement.
const DefaultAlpha = 0.05

// defaultUnit is what is compared where a claim does not say.
const defaultUnit = "sec/op"

// Judge holds claims against a run and gives each one a verdict, in the order
// of the claims. links name the placement classes, such as those of a machine
// card; none is needed. Judge is pure: it reads nothing but
// its arguments and writes to none of them.
//
// An error is a mistake in the claims: an id that is missing or appears twice,
// a threshold that says nothing, a filter that cannot be read or selects
// several benchmarks; or a log that is nil. All mistakes are in the error, one a line. A benchmark
// that the run has not got is no error but a verdict with a reason.
func Judge(log *Log, claims []Claim, links []LinkClass, opt Options) ([]Verdict, error) {
	if opt.Alpha == 0 {
		opt.Alpha = DefaultAlpha
	}
	if log == nil {
		return nil, errors.New("there is no run to judge: the log is nil")
	}
	if err := CheckClaims(claims); err != nil {
		return nil, err
	}
	looks := []look{{log: log, alpha: opt.Alpha, spent: 1, next: 1}}
	if opt.Sequential {
		looks = looksAt(log, opt)
	}
	verdicts := make([]Verdict, len(claims))
	for k, l := range looks {
		now, err := l.judge(claims, links)
		if err != nil {
			return nil, err
		}
		for i, v := range now {
			if k > 0 && verdicts[i].settled() {
				continue
			}
			if verdicts[i] = v; opt.Sequential {
				verdicts[i].Look = k + 1
			}
		}
	}
	return verdicts, nil
}

// judge gives each claim the verdict of this look.
func (l look) judge(claims []Claim, links []LinkClass) ([]Verdict, error) {
	r := newAnalysis(l.log, links)
	r.look = l
	cases := make([]trial, len(claims))
	var mistakes []error
	for i, c := range claims {
		t, err := r.try(c)
		if err != nil {
			mistakes = append(mistakes, fmt.Errorf("claim %s: %w", c.ID, err))
		}
		cases[i] = t
	}
	if len(mistakes) > 0 {
		return nil, errors.Join(mistakes...)
	}
	l.correct(cases)
	verdicts := make([]Verdict, len(claims))
	for i := range cases {
		verdicts[i] = r.verdict(&cases[i])
	}
	return verdicts, nil
}

// CheckClaims finds the mistakes of a table of claims that no run is needed for:
// to be asked before minutes are spent on measuring. Judge asks it as well.
func CheckClaims(claims []Claim) error {
	var mistakes []error
	mistake := func(c Claim, format string, args ...any) {
		mistakes = append(mistakes, fmt.Errorf("claim %s: "+format, append([]any{c.ID}, args...)...))
	}
	seen := map[string]bool{}
	for i, c := range claims {
		if c.ID == "" {
			mistakes = append(mistakes, fmt.Errorf("claim number %d has no id (%q)", i+1, c.Sentence))
			continue
		}
		if seen[c.ID] {
			mistake(c, "declared twice")
		}
		seen[c.ID] = true
		band := c.share()
		switch {
		case !(band > 0) || math.IsInf(band, 0):
			mistake(c, "band %v, expected a share above 0, such as 0.05", c.Band)
		case c.Kind == Differs && (!(c.Threshold >= 1+band-logEpsilon) || math.IsInf(c.Threshold, 0)):
			mistake(c, "threshold %v, expected at least %v, the end of its band: below it holding and no effect would overlap", c.Threshold, 1+band)
		case c.Kind != Differs && c.Kind != Equal:
			mistake(c, "kind %d, expected Differs or Equal", c.Kind)
		}
		switch r := c.Reference; {
		case r != nil && (r.Value == "" || r.By.Title == ""):
			mistake(c, "reference number %q without the work that it is from", r.Value)
		case c.Measurement && c.Teacher != nil:
			mistake(c, "a measurement that nobody teaches, but %s teaches it", c.Teacher.Title)
		}
		for _, filter := range []string{c.Slow, c.Fast} {
			if _, err := parseFilter(filter); err != nil {
				mistake(c, "%w", err)
			}
		}
	}
	return errors.Join(mistakes...)
}

func newAnalysis(log *Log, links []LinkClass) *analysis {
	r := &analysis{log: log, index: newBenchmarkIndex(log), classOf: make([]int, len(log.Samples))}
	var latencies []float64
	var from []int
	for i, s := range log.Samples {
		r.classOf[i] = noClass
		if sec, ok := s.Values.Get(linkUnit); ok && s.Values.Of(changedUnit) == 0 {
			latencies = append(latencies, sec*1e9)
			from = append(from, i)
		}
	}
	classes, of := Placements(latencies, links)
	r.classes = classes
	for k, i := range from {
		r.classOf[i] = of[k]
	}
	for i, s := range log.Samples {
		if cpus := int(s.Values.Of(cpusUnit)); cpus > 0 {
			r.classOf[i] = r.cpuState(cpus)
		}
	}
	return r
}

// cpuState is the class of samples that ran on so many CPUs.
func (r *analysis) cpuState(cpus int) int {
	name := "on " + format.Count(cpus, "CPU", "CPUs")
	k := slices.IndexFunc(r.classes, func(c PlacementClass) bool { return c.Name == name })
	if k < 0 {
		k = len(r.classes)
		r.classes = append(r.classes, PlacementClass{Name: name})
	}
	r.classes[k].Samples++
	return k
}

// trial is one claim on its way to a verdict.
type trial struct {
	claim      Claim
	slow, fast arm
	unit       string
	comparison comparison
	judged     []pair // the pairs of the class judged
	evidence   evidence
	tested     bool // P is a number
}

// try selects and compares the arms of a claim.
func (r *analysis) try(c Claim) (trial, error) {
	t := trial{claim: c, unit: c.Unit}
	if t.unit == "" {
		t.unit = defaultUnit
	}
	if c.NotHere != "" {
		return t, nil // what was measured all the same is not what the claim is about
	}
	var errSlow, errFast error
	t.slow, errSlow = r.index.choose(c.Slow)
	t.fast, errFast = r.index.choose(c.Fast)
	if err := errors.Join(errSlow, errFast); err != nil {
		return t, err
	}
	t.comparison = r.compare(t.slow, t.fast, t.unit)
	t.judged = t.comparison.of(t.comparison.class)
	n := len(t.judged)
	if n == 0 {
		return t, nil
	}
	e := &t.evidence
	e.n = n
	e.passes, e.either = t.comparison.passes, t.comparison.either
	ratios := ratiosOf(t.judged)
	e.exact = r.log.Units.GetAssumption(t.unit) == benchmath.AssumeExact
	if e.exact {
		// Repeating an exact value adds nothing, and its range is the truth.
		e.median, e.lo, e.hi = stats.Median(ratios), slices.Min(ratios), slices.Max(ratios)
		return t, nil
	}
	e.median, e.lo, e.hi, e.changed = stats.StatesInterval(ratios, r.look.coverage())
	_, e.plainLo, e.plainHi = stats.MedianIntervalAt(ratios, r.look.coverage())
	all := t.comparison.aligned()
	e.tested = len(all)
	e.p = significance(all)
	t.tested = true
	return t, nil
}

func ratiosOf(pairs []pair) []float64 {
	ratios := make([]float64, len(pairs))
	for i, p := range pairs {
		ratios[i] = p.ratio()
	}
	return ratios
}

// correct corrects the P values of a look for their number, and for the looks.
func (l look) correct(cases []trial) {
	var p []float64
	var of []int
	for i, t := range cases {
		if t.tested {
			p = append(p, t.evidence.p)
			of = append(of, i)
		}
	}
	corrected, weight := stats.Holm(p)
	for k, i := range of {
		e := &cases[i].evidence
		e.corrected, e.weight = min(1, corrected[k]/l.spent), float64(weight[k])/l.next
	}
}

// verdict writes down what a trial found.
func (r *analysis) verdict(t *trial) Verdict {
	c, e := t.claim, t.evidence
	e.look = r.look
	v := Verdict{ID: c.ID, Title: c.Title, Claim: c.Sentence, Source: c.Source, Unit: t.unit,
		Teacher: c.Teacher, Reference: c.Reference, Measurement: c.Measurement, Form: c.Form}
	if c.Kind == Differs {
		v.Threshold = new(c.Threshold)
	}
	v.Band = c.band()
	if c.NotHere != "" {
		v.Outcome, v.Reason = NotHere, c.NotHere
		return v
	}
	for _, a := range []arm{t.slow, t.fast} {
		if a.full != "" {
			v.Benchmarks = append(v.Benchmarks, a.full)
		}
	}
	v.Samples = len(t.judged)
	v.Dropped = t.comparison.passes - v.Samples
	v.OffCPU = t.comparison.dropped.offCPU[0] + t.comparison.dropped.offCPU[1]
	left := r.leftOut(t.comparison)
	if skipped := t.comparison.either - t.comparison.passes; e.exact && skipped > 0 {
		v.Dropped += skipped
		left = joinReasons(fmt.Sprintf("no answer in %d of %s", skipped, format.Count(t.comparison.either, "pass", "passes")), left)
	}
	if v.Samples == 0 {
		v.Outcome, v.Reason = Undecided, joinReasons(r.nothing(t), left)
		return v
	}
	ruled := decide(c, e)
	v.Outcome, v.MorePasses, v.Close = ruled.outcome, ruled.morePasses, ruled.close
	v.Reason = joinReasons(ruled.reason, changedText(t.judged, e.changed), left)
	for _, n := range e.changed {
		v.ChangedAfter = append(v.ChangedAfter, t.judged[n-1].pass)
	}
	v.Ratio = &Interval{math.Exp(e.median), math.Exp(e.lo), math.Exp(e.hi)}
	if t.tested {
		v.P, v.PHolm = new(e.p), new(e.corrected)
	}
	v.Placement = r.className(t.comparison.class)
	v.Arms = r.armSummaries(t)
	v.Classes = r.classVerdicts(t)
	for _, p := range t.comparison.pairs {
		v.PassRatios = append(v.PassRatios, PassRatio{
			Pass: p.pass, Ratio: math.Exp(p.ratio()), Class: r.className(p.class), Kept: p.class == t.comparison.class,
		})
	}
	return v
}

// nothing says why no pass could be compared.
func (r *analysis) nothing(t *trial) string {
	for _, a := range []arm{t.slow, t.fast} {
		if len(a.of) == 0 {
			return fmt.Sprintf("the benchmark %s has no samples: it was skipped, failed or not run", a.filter)
		}
	}
	if t.comparison.dropped.noValue == len(t.slow.of)+len(t.fast.of) {
		return "no sample has a value in " + t.unit
	}
	return "no pass has both benchmarks at one distance of the two CPUs"
}

func (r *analysis) armSummaries(t *trial) []ArmSummary {
	var slows, fasts []float64
	for _, p := range t.judged {
		slows, fasts = append(slows, p.slow), append(fasts, p.fast)
	}
	return []ArmSummary{
		{t.slow.full, r.intervalOf(slows), len(slows)},
		{t.fast.full, r.intervalOf(fasts), len(fasts)},
	}
}

// classVerdicts is the ratio in each placement class, nearest first.
func (r *analysis) classVerdicts(t *trial) []ClassVerdict {
	var list []ClassVerdict
	for k, class := range r.classes {
		if in := t.comparison.of(k); len(in) > 0 {
			list = append(list, ClassVerdict{class.Name, class.LinkNS, r.intervalOf(ratiosOf(in)), len(in)})
		}
	}
	return list
}

// intervalOf is the median of logarithms in the order of the passes with the interval
// of this look, as values.
func (r *analysis) intervalOf(logs []float64) Interval {
	median, lo, hi, _ := stats.StatesInterval(logs, r.look.coverage())
	return Interval{math.Exp(median), math.Exp(lo), math.Exp(hi)}
}
