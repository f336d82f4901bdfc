package benchlog

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzCheckPass: whatever a benchmark process prints, what is recorded of it reads
// back without doubt, has the same results, and is accepted as it is.
func FuzzCheckPass(f *testing.F) {
	for _, seed := range []string{
		"BenchmarkA-2 1 5 ns/op\nBenchmarkB-2 1 x\nPASS\n",
		"BenchmarkA-2 1 5 ns/op\nBenchmarkB-2 0 NaN ns/op\n# skipped BenchmarkB: no\n",
		"BenchmarkA-2 1 5 ns/op -1 x 2 y\r\nBenchmarkB-2 \t--- FAIL: BenchmarkB-2\nFAIL\nBenchmarkC-2 1 5 n",
		"BenchmarkA-2 \tlog\n 1\t 5 ns/op\nUnit a b=c\n\x00\n\xff\n{\"Action\":\"output\",\"Output\":\"BenchmarkA 1 NaN x\\n\"}\nBenchmarkA 1 1 x",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, output []byte) {
		clean, _, err := CheckPass("pass 1", output)
		if err != nil {
			if !IsFormatError(err) || strings.Contains(err.Error(), "\n") {
				t.Errorf("refused with %v", err)
			}
			return
		}
		if !bytes.HasSuffix(clean, []byte("\n")) {
			t.Errorf("no newline at the end of %q", clean)
		}
		again, left, err := CheckPass("pass 1", clean)
		if err != nil || len(left) > 0 || !bytes.Equal(again, clean) {
			t.Errorf("%q is recorded as %q, and read as %q (%v, %+v)", output, clean, again, err, left)
		}
	})
}
