package host

import (
	"math"
	"strings"
	"testing"
)

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
func TestLesser(t *testing.T) {
	for _, test := range []struct {
		a, b           int
		aKnown, bKnown bool
		want           int
		wantKnown      bool
	}{
		{8192, 0, true, false, 8192, true},
		{8192, 5000, true, true, 5000, true},
		{8192, 9000, true, true, 8192, true},
		{0, 5000, false, true, 5000, true},
		{0, 0, false, false, 0, false},
	} {
		if got, known := lesser(test.a, test.aKnown)(test.b, test.bKnown); got != test.want || known != test.wantKnown {
			t.Errorf("%+v: %d, %v", test, got, known)
		}
	}
}

func TestAddressSpaceLeft(t *testing.T) {
	const statm = "262144 1000 500 300 0 4000 0\n" // 1 GiB of pages of 4 KiB
	for _, test := range []struct {
		statm   string
		limit   uint64
		want    int
		limited bool
	}{
		{statm, 2 << 30, 512 << 20, true},
		{statm, 1 << 30, 0, true},
		{statm, math.MaxUint64, 0, false}, // unlimited
		{"", 2 << 30, 0, false},           // no /proc
	} {
		if got, limited := addressSpaceLeft(test.statm, test.limit, 4096); got != test.want || limited != test.limited {
			t.Errorf("%+v: %d, %v", test, got, limited)
		}
	}
}

func TestCheckAddressSpace(t *testing.T) {
	if err := checkSpace(1500 << 20); err == nil || !strings.Contains(err.Error(), "limited to 1500 MiB") || !strings.Contains(err.Error(), "ulimit -v") {
		t.Errorf("1500 MiB: %v", err)
	}
	for _, enough := range []uint64{2 << 30, math.MaxUint64} {
		if err := checkSpace(enough); err != nil {
			t.Errorf("%d: %v", enough, err)
		}
	}
}

// The heap grows by some MiB after a room was read, and a sixth of a group of 128 MiB
// would be more than a machine card can do without.
func TestWithoutReserve(t *testing.T) {
	for room, want := range map[int]int{128 << 20: 112 << 20, 16 << 20: 0, 1 << 20: 0, 0: 0} {
		if got := withoutReserve(room); got != want {
			t.Errorf("%d MiB: %d MiB, want %d", room>>20, got>>20, want>>20)
		}
	}
}
