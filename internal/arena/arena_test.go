package arena

import (
	"errors"
	"math"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"cachelab/internal/host"
)

func TestArenaIsAlignedAndUsable(t *testing.T) {
	for _, size := range []int{1, 4096, 5 << 20} {
		for _, pages := range []Pages{Small, Huge} {
			a, err := New(size, pages)
			if err != nil {
				t.Fatal(err)
			}
			if a.Size() < size || a.Size()%os.Getpagesize() != 0 {
				t.Errorf("arena of %d bytes has %d, want whole pages that hold it", size, a.Size())
			}
			if over := uintptr(a.At(0)) % uintptr(os.Getpagesize()); over != 0 {
				t.Errorf("arena of %d %v pages begins %d bytes into a page", size, pages, over)
			}
			a.Touch()
			*(*byte)(a.At(a.Size() - 1)) = 1
			if err := a.Close(); err != nil {
				t.Error(err)
			}
			if err := a.Close(); err != nil {
				t.Error("second Close:", err)
			}
		}
	}
}

func TestArenaSaysWhichPagesItGot(t *testing.T) {
	small, err := New(8<<20, Small)
	if err != nil {
		t.Fatal(err)
	}
	defer small.Close()
	small.Touch()
	got, ok := small.PageBytes()
	if !ok {
		t.Skip("this system does not tell page sizes: " + runtime.GOOS)
	}
	if got != os.Getpagesize() {
		t.Errorf("asked for small pages and got %d bytes", got)
	}
	huge, err := New(8<<20, Huge)
	if err != nil {
		t.Fatal(err)
	}
	defer huge.Close()
	huge.Touch()
	got, _ = huge.PageBytes()
	if mode, _ := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled"); len(mode) == 0 || string(mode[len(mode)-8:]) == "[never]\n" {
		t.Skip("no transparent huge pages here")
	}
	if got <= os.Getpagesize() {
		t.Skipf("asked for huge pages and got %d bytes: memory may be fragmented", got)
	}
	if over := uintptr(huge.At(0)) % uintptr(got); over != 0 {
		t.Errorf("arena on pages of %d bytes begins %d bytes into one", got, over)
	}
}

func TestArenaRefusesNonsense(t *testing.T) {
	for _, size := range []int{0, -1} {
		if a, err := New(size, Small); err == nil {
			a.Close()
			t.Errorf("an arena of %d bytes", size)
		}
	}
	const most = math.MaxInt / 2
	if most < 1<<40 {
		t.Skip("a 32-bit system may well have that")
	}
	if a, err := New(most, Small); err == nil {
		a.Close()
		t.Errorf("an arena of %d bytes", most)
	}
}

func TestTouchForTouchesWhatItSays(t *testing.T) {
	a, err := New(2048*4096, Small)
	if err != nil {
		t.Skip("no memory:", err)
	}
	defer a.Close()
	if got := a.TouchFor(0, 3<<20); got != 3<<20 {
		t.Errorf("touched %d bytes in no time, want the least, 3 MiB", got)
	}
	if got := a.TouchFor(time.Hour, 0); got != a.Size() {
		t.Errorf("touched %d of %d bytes", got, a.Size())
	}
	for at := 0; at < a.Size(); at += 4096 {
		if *(*byte)(a.At(at)) != 1 {
			t.Fatalf("page at %d was not touched", at)
		}
	}
}

// Memory that an arena will take is promised until it is touched or given back: of two
// arenas that two workers make at once, the second counts the first.
func TestPromised(t *testing.T) {
	start := promised.Load()
	expect := func(when string, want int64) {
		t.Helper()
		if got := promised.Load() - start; got != want {
			t.Errorf("%s: %d bytes are promised, want %d", when, got, want)
		}
	}
	spare, ok := host.MemoryToSpare()
	a, err := New(8<<20, Small)
	if err != nil {
		t.Skip(err)
	}
	expect("made", 8<<20)
	if ok {
		if _, err := New(spare-4<<20, Small); err == nil || !strings.Contains(err.Error(), "are needed") {
			t.Errorf("an arena of all memory but 4 MiB beside a promise of 8: %v", err)
		}
		expect("after a refusal", 8<<20)
	}
	a.TouchPart(0, 4<<20)
	expect("half touched", 8<<20)
	a.Touch()
	expect("touched", 0)
	a.Touch()
	expect("touched twice", 0)
	b, err := New(8<<20, Small)
	if err != nil {
		t.Skip(err)
	}
	if err := errors.Join(a.Close(), b.Close(), b.Close()); err != nil {
		t.Fatal(err)
	}
	expect("given back", 0)
}
