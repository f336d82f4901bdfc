package card

import "cachelab/affinity/opt"

// Volatile holds the facts of one moment: they do not name a machine, and
// stay out of the benchmark configuration.
type Volatile struct {
	Date       string             `json:"date"` // RFC 3339, UTC
	Commit     string             `json:"commit,omitempty"`
	Command    string             `json:"command,omitempty"` // that made the run
	Kernel     string             `json:"kernel,omitempty"`
	Load1      opt.Value[float64] `json:"load1,omitzero"`
	StealShare opt.Value[float64] `json:"steal_share,omitzero"` // of CPU time over the run
	Throttled  opt.Value[float64] `json:"throttled_s,omitzero"` // cgroup, over the run
	Governor   string             `json:"governor,omitempty"`
	Boost      string             `json:"boost,omitempty"`      // on, off
	HugePages  string             `json:"huge_pages,omitempty"` // transparent huge page mode
	PageBytes  int                `json:"page_bytes"`           // base page
	Passes     []PassFacts        `json:"passes,omitempty"`
}

// PassFacts is the noise beside one pass.
type PassFacts struct {
	Pass       int                `json:"pass"`
	Seed       int64              `json:"seed"`
	Seconds    float64            `json:"seconds"`
	StealShare opt.Value[float64] `json:"steal_share,omitzero"`
	Throttled  opt.Value[float64] `json:"throttled_s,omitzero"`
	Load1      opt.Value[float64] `json:"load1,omitzero"`
}
