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

// What may be taken is the least that anybody says; where nobody says anything it is
// unknown.
func TestToSpare(t *testing.T) {
	const meminfo = "MemAvailable: 8 kB\n"
	for _, test := range []struct {
		meminfo string
		room    int
		limited bool
		want    int
		wantOK  bool
	}{
		{meminfo, 0, false, 8192, true},
		{meminfo, 5000, true, 5000, true},
		{meminfo, 9000, true, 8192, true},
		{"", 5000, true, 5000, true},
		{"MemAvailable: many kB\n", 5000, true, 5000, true},
		{"", 0, false, 0, false},
	} {
		if got, ok := toSpare([]byte(test.meminfo), test.room, test.limited); got != test.want || ok != test.wantOK {
			t.Errorf("%q, room %d (%v): %d, %v; want %d, %v", test.meminfo, test.room, test.limited, got, ok, test.want, test.wantOK)
		}
	}
}
