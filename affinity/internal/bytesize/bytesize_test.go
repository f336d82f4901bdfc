package bytesize

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	check := func(in string, want int, wantErr string) {
		t.Helper()
		got, err := Parse(in)
		if wantErr != "" {
			if err == nil || !strings.Contains(err.Error(), wantErr) {
				t.Errorf("%q: got %d, error %v, want %q in the error", in, got, err, wantErr)
			}
			return
		}
		if err != nil || got != want {
			t.Errorf("%q: got %d, error %v, want %d", in, got, err, want)
		}
	}
	check("32K\n", 32768, "")
	check("8M", 8<<20, "")
	check("1G", 1<<30, "")
	check("512", 512, "")
	check("0K", 0, "")
	check("32k", 32768, "")
	check("32MiB", 32<<20, "")
	check("32 MB", 32<<20, "")
	check("", 0, "want a number")
	check("K", 0, "want a number")
	check("-1K", 0, "want a number")
	check("3X", 0, "want a number")
	check("1.5M", 0, "want a number")
	check("9223372036854775807K", 0, "does not fit")
}

// What is read and written again is read the same, and stays within bounds.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"32K", "8M", "1GiB", "", "9223372036854775807K", "1 MB", "0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := Parse(s); err == nil && n < 0 {
			t.Fatalf("%q: %d bytes", s, n)
		}
	})
}
