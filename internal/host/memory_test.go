package host

import "testing"

func TestMeminfoAvailable(t *testing.T) {
	check := func(meminfo string, want int, wantOK bool) {
		t.Helper()
		got, ok := meminfoAvailable([]byte(meminfo))
		if ok != wantOK || ok && got != want {
			t.Errorf("%q: %d, %v; want %d, %v", meminfo, got, ok, want, wantOK)
		}
	}
	check("MemTotal:       24683632 kB\nMemFree:  1 kB\nMemAvailable:   1942924 kB\n", 1942924<<10, true)
	check("MemTotal: 5 kB\n", 0, false) // before Linux 3.14
	check("MemAvailable: many kB\n", 0, false)
	check("", 0, false)
}
