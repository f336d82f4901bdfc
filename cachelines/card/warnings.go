package card

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"cachelab/affinity/topology"
)

// Kind says what a warning is about, for programs. The text is for people and may
// change.
type Kind string

// The kinds of warnings.
const (
	TopologyOdd       Kind = "topology odd"        // the system's own report is incomplete or contradicts itself
	QuotaLimits       Kind = "cpu quota"           // the cgroup allows less CPU time than the mask has CPUs
	NotMeasured       Kind = "not measured"        // an instrument could not work on this machine
	LineDiffers       Kind = "line differs"        // a source reports another line size than was measured
	CoreShared        Kind = "core shared"         // something else used the core's caches meanwhile
	LLCSmaller        Kind = "llc smaller"         // less of the last level is there than reported
	LevelUnreported   Kind = "level unreported"    // a level was measured that no source reports
	ReportContradicts Kind = "report contradicted" // a source reports what the measurement excludes
	HugePagesSplit    Kind = "huge pages split"    // huge pages are translated in base pages
	LinkDiffers       Kind = "link differs"        // two CPUs are not as far apart as reported, or not always
	LinkUnmeasured    Kind = "link unmeasured"     // the workers of a pair ran in turns
	StolenTime        Kind = "stolen time"         // the hypervisor ran others meanwhile
	ThrottledTime     Kind = "throttled time"      // the cgroup's quota stopped the process
	OtherWork         Kind = "other work"          // other programs ran meanwhile
	ClockGoverned     Kind = "clock governed"      // the governor may keep the clock low
	PassesLost        Kind = "passes lost"         // benchmarks hung, died, failed or gave no result; or the run was ended
)

// Warning is one thing that spoils results, or that the reader must know.
type Warning struct {
	Kind    Kind
	Text    string   // one sentence or two: what happened, what it affects, what to do
	Affects []string // ids of the claims that it affects; empty: not worked out, or none
}

// warn adds a warning.
func (m *Machine) warn(kind Kind, format string, args ...any) {
	m.Warnings = append(m.Warnings, Warning{Kind: kind, Text: fmt.Sprintf(format, args...)})
}

// warnQuota warns where a cgroup's quota allows less time than the usable CPUs
// have. GOMAXPROCS does not show it: Go rounds the quota up, to 2 at least.
func (m *Machine) warnQuota(t *topology.Topology) {
	m.QuotaCPUs = t.Limits.QuotaCPUs
	quota, ok := m.QuotaCPUs.Get()
	if usable := len(t.Usable()); ok && quota < float64(usable) {
		m.warn(QuotaLimits, "the cgroup's quota allows this process the time of %.3g CPUs, and its mask has %d: once the quota of a period is used up, all of its threads stop until the next one. Times of two or more busy threads contain these stops, and so do the links; raise the quota (docker run --cpus, cpu.max) or measure outside of the container",
			quota, usable)
	}
}

// replaceWarnings puts warnings in the place of those of the kinds.
func (m *Machine) replaceWarnings(with []Warning, kinds ...Kind) {
	old := func(w Warning) bool { return slices.Contains(kinds, w.Kind) }
	at := slices.IndexFunc(m.Warnings, old)
	if at < 0 {
		at = len(m.Warnings)
	}
	m.Warnings = slices.Insert(slices.DeleteFunc(m.Warnings, old), at, with...)
}

// SetAffected enters which claims each kind of warning affects.
func (m *Machine) SetAffected(claims func(Kind) []string) {
	for i, w := range m.Warnings {
		m.Warnings[i].Affects = claims(w.Kind)
	}
}

// warningDetails is a warning in machine.json, next to its text in "warnings".
type warningDetails struct {
	Kind    Kind     `json:"kind"`
	Text    string   `json:"text"`
	Affects []string `json:"affects,omitempty"`
}

// MarshalJSON writes the text alone: "warnings" of machine.json is a list of
// strings.
func (w Warning) MarshalJSON() ([]byte, error) { return json.Marshal(w.Text) }

// UnmarshalJSON reads the text alone.
func (w *Warning) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &w.Text) }

// plain is a Machine without its JSON methods.
type plain Machine

// machineJSON is machine.json: the card, and what its warnings are besides their
// texts.
type machineJSON struct {
	*plain
	Details []warningDetails `json:"warning_details,omitempty"`
}

// MarshalJSON writes machine.json.
func (m *Machine) MarshalJSON() ([]byte, error) {
	out := machineJSON{plain: (*plain)(m)}
	for _, w := range m.Warnings {
		if w.Kind != "" { // read from a file that does not say
			out.Details = append(out.Details, warningDetails(w))
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads machine.json, of this version or of one without details.
func (m *Machine) UnmarshalJSON(b []byte) error {
	in := machineJSON{plain: (*plain)(m)}
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	for _, d := range in.Details {
		at := slices.IndexFunc(m.Warnings, func(w Warning) bool { return w.Kind == "" && w.Text == d.Text })
		if at >= 0 {
			m.Warnings[at] = Warning(d)
		}
	}
	return nil
}

// noticeable shares of a run's time: below one percent neither moves a median.
const noticeable = 0.01

// AddNoiseWarnings warns of what the host's noise during the run spoils. It reads
// m.Volatile.
func (m *Machine) AddNoiseWarnings() {
	v := m.Volatile
	if v == nil {
		return
	}
	stolen, throttled := 0, 0
	for _, p := range v.Passes {
		if p.StealShare.Or(0) > noticeable {
			stolen++
		}
		if p.Throttled.Or(0) > noticeable*p.Seconds {
			throttled++
		}
	}
	if stolen > 0 {
		m.warn(StolenTime, "the hypervisor gave over 1%% of the CPU time to others in %d of %d passes: two workers may not have run at the same time there, and false sharing looks cheaper than it is", stolen, len(v.Passes))
	}
	if throttled > 0 {
		m.warn(ThrottledTime, "the cgroup's quota stopped this process in %d of %d passes: times there contain the stops", throttled, len(v.Passes))
	}
	m.warnOtherWork()
	if v.Governor != "" && !slices.Contains([]string{"performance", "schedutil"}, v.Governor) {
		m.warn(ClockGoverned, "the frequency governor is %q: short samples may run at a low clock", v.Governor)
	}
}

// Busy is from which share of a CPU other programs disturb a measurement: the system's
// own work between two passes is under a hundredth, and a program that takes a tenth
// of a CPU is on it during a tenth of the samples.
const Busy = 0.1

// AllowedCPUs are the ids of the CPUs that this process may use.
func (m *Machine) AllowedCPUs() []int {
	var ids []int
	for _, c := range m.CPUs {
		if c.Allowed {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// warnOtherWork says, before all other warnings, that other programs ran during the
// card or the passes.
func (m *Machine) warnOtherWork() {
	var parts []string
	if n := m.OtherCPUs.Or(0); n > Busy {
		parts = append(parts, fmt.Sprintf("%.1f CPUs during the machine card", n))
	}
	if m.Volatile != nil {
		passes, most := 0, 0.0
		for _, p := range m.Volatile.Passes {
			if n := p.OtherCPUs.Or(0); n > Busy {
				passes, most = passes+1, max(most, n)
			}
		}
		if passes > 0 {
			parts = append(parts, fmt.Sprintf("up to %.1f CPUs during %d of %d passes", most, passes, len(m.Volatile.Passes)))
		}
	}
	var with []Warning
	if len(parts) > 0 {
		with = []Warning{{Kind: OtherWork, Text: fmt.Sprintf("Other programs used %s, of the %d CPUs of this run. Samples whose worker lost its CPU are dropped; the others had less cache and bandwidth. End those programs and run again",
			strings.Join(parts, ", and "), len(m.AllowedCPUs()))}}
	}
	m.Warnings = slices.DeleteFunc(m.Warnings, func(w Warning) bool { return w.Kind == OtherWork })
	m.Warnings = append(with, m.Warnings...)
}
