package results

import "testing"

// A caller who forgot the error of reading gets an error, not a crash.
func TestJudgeOfNoLog(t *testing.T) {
	if _, err := Judge(nil, nil, nil, Options{}); err == nil {
		t.Error("no log was judged")
	}
	if v, err := Judge(&Log{}, []Claim{{ID: "A", Slow: ".name:A", Fast: ".name:B", Threshold: 2}}, nil, Options{}); err != nil || v[0].Outcome != Undecided || v[0].Reason == "" {
		t.Errorf("an empty log: %+v, %v; want undecided with a reason", v, err)
	}
}
