package advise

import (
	"errors"
	"testing"

	"cachelab/internal/advise/record"
)

func TestReason(t *testing.T) {
	tests := []struct{ name, out, want string }{
		{"panic", "x_test.go:3: before\npanic: boom\n\ngoroutine 1", "panic: boom"},
		{"benchmark", "BenchmarkX-2 \tpanic: boom\n\ngoroutine 1\n\tx_test.go:3 +0x1f", "panic: boom"},
		{"deadlock", "fatal error: all goroutines are asleep - deadlock!\n", "fatal error: all goroutines are asleep - deadlock!"},
		{"test", "--- FAIL: TestX (0.00s)\n    x_test.go:7: got 1\nFAIL\n", "x_test.go:7: got 1"},
		{"TestMain", "starting\nno database\nexit status 1\nFAIL\n", "no database"},
		{"nothing", "FAIL\n", ""},
	}
	for _, test := range tests {
		if got := reason(test.out); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	err := failure("--- FAIL: TestX (0.00s)\n    x_test.go:7: got 1\n", errors.New("exit status 1"))
	if want := "TestX failed (exit status 1): x_test.go:7: got 1"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
}

func TestUnfinished(t *testing.T) {
	tests := []struct {
		bench, out string
		bad        bool
	}{
		{"BenchmarkX", "BenchmarkX-2  100  12 ns/op\nPASS\n", false},
		{"BenchmarkX", "PASS\n", true},
		{"BenchmarkX", "BenchmarkX-2  100  12 ns/op\n", true},
		{"", "PASS\n", false},
		{"", "", true},
	}
	for _, test := range tests {
		if err := unfinished(test.bench, test.out); (err != nil) != test.bad {
			t.Errorf("%s %q: %v", test.bench, test.out, err)
		}
	}
}

// Silence of a program that had to run in turns says nothing, and that of one
// that uses one CPU says all.
func TestParallelism(t *testing.T) {
	tests := []struct {
		windows, busy, together int64
		want                    parallel
	}{
		{300, 290, 280, together},
		{300, 290, 4, inTurns},
		{300, 3, 1, serially},
		{1466, 60, 0, serially},  // Benchmark2Q_Rand of golang-lru, one goroutine that allocates
		{1466, 200, 10, inTurns}, // above a tenth
		{5, 5, 5, serially},      // too short for either; the note names the test
	}
	for _, test := range tests {
		if got := parallelism(record.Watched{Windows: test.windows, Busy: test.busy, Together: test.together}); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}
