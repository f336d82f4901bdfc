package results

// Claim is one sentence that a course, a talk or a paper teaches, with the two
// arms that put it to the test. It knows nothing of how its benchmarks work: an
// engineer can declare claims about benchmarks of their own.
type Claim struct {
	ID       string // "B1"; a second number of one claim takes a letter, "A7b"
	Lesson   string // the file in bench that holds its benchmarks, "counters"
	Title    string // the claim in one line of a table, of 60 characters at most: "Random order is much slower than forward"
	Sentence string // what is taught
	Source   string // talk and minute, paper and figure, in one line

	// Teacher is who teaches the sentence, and where. It may be nil where Source
	// says enough, and is nil for a Measurement.
	Teacher *Work
	// Reference is the number that others measured, with which a reader compares
	// the ratio; nil where nobody gives one.
	Reference *Reference
	// Measurement says that nobody teaches the sentence: it measures a part of a
	// claim, or controls one. Where it goes the other way its verdict is OtherWay
	// and not Contradicted.
	Measurement bool

	// Slow and Fast select the two arms in benchfilter syntax
	// (golang.org/x/perf/benchproc/syntax), for example
	//
	//	.name:Counters /op:atomic /layout:packed /workers:2
	//
	// Each selects exactly one benchmark. The ratio is Slow over Fast: over 1
	// where the effect goes the taught way.
	Slow, Fast string

	// Unit is what is compared, tidied as benchunit does; empty is sec/op. Where
	// more is better (B/s) the arm with less stands in Fast: the ratio is that of
	// the values.
	Unit string

	// Kind says what the claim asserts of the ratio.
	Kind Kind

	// Threshold is the ratio that the whole interval must lie beyond for the
	// claim to hold (Differs only), and Why its reason. It is 1 + Band at least:
	// below, holding and no effect would overlap.
	Threshold float64
	Why       string

	// Band is the equivalence band of the ratio, [1/(1+b), 1+b]; 0 is the
	// default of 5% (0.95 to 1.05). An Equal claim that sets its own says in Why
	// for what reason.
	Band float64

	// Quick marks the main claims, those of a -quick run.
	Quick bool

	// NotHere is the reason why this machine cannot show the claim, in words
	// that finish "not here: ". Empty: it can.
	NotHere string
}

// Work is a publication and a place in it.
type Work struct {
	Title string `json:"work"`
	Place string `json:"place,omitempty"` // minute, section or figure
	// KnownFrom names the notes that the place is known from, where the work
	// itself was not read (a recording, for example).
	KnownFrom string `json:"known_from,omitempty"`
}

func (w Work) String() string {
	text := w.Title
	if w.Place != "" {
		text += ", " + w.Place
	}
	if w.KnownFrom != "" {
		text += " (known from " + w.KnownFrom + ")"
	}
	return text
}

// Reference is a number that somebody measured, and the conditions that they give.
type Reference struct {
	Value string `json:"value"` // as they give it: "595 ms against 501, 1.19x"
	// By is who measured it. It is often not who teaches the claim.
	By Work `json:"by"`
	// Machine and Build say on what, and with which compiler and flags; empty
	// where the source does not say.
	Machine string `json:"machine,omitempty"`
	Build   string `json:"build,omitempty"`
}

func (r Reference) String() string {
	text := r.Value + ": " + r.By.String()
	for _, more := range []string{r.Machine, r.Build} {
		if more != "" {
			text += ", " + more
		}
	}
	return text
}

// Kind is what a claim asserts of the ratio.
type Kind int

const (
	// Differs: Slow takes longer than Fast, by Threshold at least.
	Differs Kind = iota
	// Equal: the arms do not differ; the claim holds when the whole interval
	// lies in the band, and is contradicted when a significant difference
	// lies outside it.
	Equal
)

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

// Interval is a median with its 95% interval. Of fewer than six values there is
// no such interval, and of exact values (a Unit line says assume=exact) none is
// needed: Lo and Hi are then the range.
type Interval struct {
	Median float64 `json:"median"`
	Lo     float64 `json:"lo"`
	Hi     float64 `json:"hi"`
}

// Verdict is one entry of verdicts.json.
type Verdict struct {
	ID         string         `json:"id"`
	Title      string         `json:"title,omitempty"`
	Claim      string         `json:"claim"`
	Source     string         `json:"source"`
	Verdict    Outcome        `json:"verdict"`
	Threshold  *float64       `json:"threshold"`   // null for Equal claims
	Ratio      *Interval      `json:"ratio"`       // null where nothing was compared
	P          *float64       `json:"p"`           // two-sided, before correction; null where nothing was compared, or an exact unit
	PHolm      *float64       `json:"p_holm"`      // corrected over the claims of the run
	Samples    int            `json:"samples"`     // passes that entered
	Dropped    int            `json:"dropped"`     // passes left out: another placement class, or none
	Placement  string         `json:"placement"`   // class of the samples; empty for one worker
	Reason     string         `json:"reason"`      // for undecided, not here and dropped samples
	MorePasses int            `json:"more_passes"` // estimate of the further passes that would decide; 0: decided or unknown
	Benchmarks []string       `json:"benchmarks"`  // full names of the two arms
	Units      string         `json:"unit"`        // what was compared
	Arms       []ArmSummary   `json:"arms"`        // the two arms by themselves, slow first
	Classes    []ClassVerdict `json:"classes"`     // the ratio in each placement class seen
	PassRatios []PassRatio    `json:"pass_ratios"` // what the interval was made from

	Teacher     *Work      `json:"teacher,omitempty"`     // who teaches the claim
	Reference   *Reference `json:"reference,omitempty"`   // who measured the number that one compares with
	Measurement bool       `json:"measurement,omitempty"` // nobody teaches it
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
	LinkNS  float64  `json:"link_ns"` // median CAS one way
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

// VerdictFile is the content of verdicts.json.
type VerdictFile struct {
	Machine  string    `json:"machine"`
	Passes   int       `json:"passes"`
	Verdicts []Verdict `json:"verdicts"`
}
