package results

// Outcome is one of the six verdicts, or OtherWay for a measurement.
type Outcome string

const (
	Holds        Outcome = "holds"        // the taught way, the whole interval beyond the threshold
	Weaker       Outcome = "weaker"       // the taught way, significantly, but short of the threshold
	NoEffect     Outcome = "no effect"    // the whole interval lies within the equivalence band
	Contradicted Outcome = "contradicted" // significant, the other way
	Undecided    Outcome = "undecided"    // the interval is too wide; Reason says how many more passes would decide
	NotHere      Outcome = "not here"     // the machine cannot show it; Reason says why
	OtherWay     Outcome = "other way"    // as contradicted, of a Measurement: nobody teaches it, so nobody is contradicted
)

// Interval is a median with its 95% interval. The 95% hold over all looks at the run
// together, and for this run: what changes from run to run (the layout of memory, the
// place of a guest's CPUs, the clock) is not in it. Of fewer than six values there is
// no such interval, and of exact values (a Unit line says assume=exact) none is
// needed: Lo and Hi are then the range.
type Interval struct {
	Median float64 `json:"median"`
	Lo     float64 `json:"lo"`
	Hi     float64 `json:"hi"`
}

// Range is a range of a ratio.
type Range struct {
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
}

// Verdict is one entry of verdicts.json.
type Verdict struct {
	ID         string         `json:"id"`
	Title      string         `json:"title,omitempty"`
	Claim      string         `json:"claim"`
	Source     string         `json:"source"`
	Outcome    Outcome        `json:"verdict"`
	Threshold  *float64       `json:"threshold"`   // null for Equal claims
	Ratio      *Interval      `json:"ratio"`       // null where nothing was compared
	P          *float64       `json:"p"`           // two-sided, before correction; null where nothing was compared, or an exact unit
	PHolm      *float64       `json:"p_holm"`      // corrected over the claims of the run, and over its looks
	Samples    int            `json:"samples"`     // passes that entered
	Dropped    int            `json:"dropped"`     // passes left out: another placement class, or none
	Placement  string         `json:"placement"`   // class of the samples; empty for one worker
	Reason     string         `json:"reason"`      // for undecided, not here and dropped samples
	MorePasses int            `json:"more_passes"` // estimate of the further passes that would decide; 0: decided or unknown
	Benchmarks []string       `json:"benchmarks"`  // full names of the two arms
	Unit       string         `json:"unit"`        // what was compared
	Arms       []ArmSummary   `json:"arms"`        // the two arms by themselves, slow first
	Classes    []ClassVerdict `json:"classes"`     // the ratio in each placement class seen
	PassRatios []PassRatio    `json:"pass_ratios"` // what the interval was made from

	Band        *Range     `json:"band,omitempty"`        // the range of the ratio that counts as no effect, as it was applied; null in files from before it was written
	Teacher     *Work      `json:"teacher,omitempty"`     // who teaches the claim
	Reference   *Reference `json:"reference,omitempty"`   // who measured the number that one compares with
	Measurement bool       `json:"measurement,omitempty"` // nobody teaches it
	Form        int        `json:"form,omitzero"`         // of the claim when it was judged

	Look         int   `json:"look,omitempty"`          // at which the claim was decided, from 1; of an undecided one the last; 0: the run was judged once
	ChangedAfter []int `json:"changed_after,omitempty"` // passes after which the machine changed: the interval reaches over all of its states
	OffCPU       int   `json:"off_cpu,omitempty"`       // samples of the two arms that were left out because a worker was off its CPU
	Close        bool  `json:"close,omitempty"`         // decided by less than what two runs differ by: another run may decide otherwise
}

// ArmSummary is one arm by itself, in the unit compared.
type ArmSummary struct {
	Benchmark string   `json:"benchmark"`
	Center    Interval `json:"center"`
	Samples   int      `json:"samples"`
}

// ClassVerdict is the ratio within one placement class.
type ClassVerdict struct {
	Class   string   `json:"class"`
	LinkNS  float64  `json:"link_ns,omitzero"` // median CAS one way; 0: of threads that nobody pinned
	Ratio   Interval `json:"ratio"`
	Samples int      `json:"samples"`
}

// PassRatio is slow over fast in one pass.
type PassRatio struct {
	Pass  int     `json:"pass"`
	Ratio float64 `json:"ratio"`
	Class string  `json:"class,omitempty"`
	Kept  bool    `json:"kept"`
}

// Verdicts is the content of verdicts.json.
type Verdicts struct {
	Machine  string    `json:"machine"`
	Passes   int       `json:"passes"`
	Verdicts []Verdict `json:"verdicts"`
}
