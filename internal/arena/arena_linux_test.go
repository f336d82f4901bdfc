package arena

import "testing"

const smaps = `7f0000000000-7f0000400000 rw-p 00000000 00:00 0
Size:               4096 kB
AnonHugePages:      2048 kB
VmFlags: rd wr mr mw me ac sd hg
7f0000400000-7f0000600000 rw-p 00000000 00:00 0
Size:               2048 kB
AnonHugePages:      2048 kB
7f1000000000-7f1000001000 r--p 00000000 00:00 0                          [vvar]
AnonHugePages:         0 kB
`

func TestHugeBytesIn(t *testing.T) {
	test := func(start, end uint64, want int, wantOK bool) {
		t.Helper()
		got, ok := hugeBytesIn([]byte(smaps), start, end)
		if got != want || ok != wantOK {
			t.Errorf("hugeBytesIn(%#x, %#x) = %d, %v, want %d, %v", start, end, got, ok, want, wantOK)
		}
	}
	test(0x7f0000000000, 0x7f0000400000, 2<<20, true)
	test(0x7f0000000000, 0x7f0000600000, 4<<20, true) // two mappings
	test(0x7f0000400000, 0x7f0000600000, 2<<20, true)
	test(0x7f1000000000, 0x7f1000001000, 0, true)
	test(0x7f2000000000, 0x7f2000001000, 0, false) // no such mapping
}

func FuzzHugeBytesIn(f *testing.F) {
	f.Add([]byte(smaps))
	f.Add([]byte("AnonHugePages: x kB\n0-\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if n, ok := hugeBytesIn(b, 0, 1<<40); n != 0 && !ok {
			t.Errorf("%d bytes of no mapping", n)
		}
	})
}

func TestWorthHugePages(t *testing.T) {
	for _, test := range []struct {
		size, huge int
		want       bool
	}{
		{64 << 20, 2 << 20, true},
		{1 << 20, 2 << 20, true},
		{64 << 20, 512 << 20, false}, // arm64 with 64 KiB pages
		{1<<30 - 1, 512 << 20, false},
		{1 << 30, 512 << 20, true},
		{64 << 20, 32 << 20, true}, // 16 KiB pages
		{40 << 20, 32 << 20, false},
	} {
		if got := worthHugePages(test.size, test.huge); got != test.want {
			t.Errorf("%d bytes on pages of %d: %v, want %v", test.size, test.huge, got, test.want)
		}
	}
}
