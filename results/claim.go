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

	// Form goes up when what the two benchmarks run changes, though their names and the
	// sentence stay: a verdict of an earlier form is about something else.
	Form int

	// Quick marks the main claims, those of a -quick run.
	Quick bool

	// First marks the claims that answer a question of a report's first screen: a run
	// spends its extra passes on them first.
	First bool

	// NotHere is the reason why this machine cannot show the claim, in words
	// that finish "not here: ". Empty: it can.
	NotHere string
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
