package host

import (
	"math"
	"testing"
	"testing/fstest"
	"time"

	"cachelab/affinity/opt"
)

func file(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }

func TestReadNoise(t *testing.T) {
	v2 := fstest.MapFS{
		"proc/stat":                             file("cpu  100 0 50 800 10 0 5 35 7 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n"),
		"proc/loadavg":                          file("0.25 0.10 0.05 1/100 4242\n"),
		"proc/self/cgroup":                      file("0::/user.slice/lab\n"),
		"sys/fs/cgroup/user.slice/lab/cpu.stat": file("usage_usec 5\nnr_throttled 2\nthrottled_usec 1500000\n"),
	}
	n := readActivity(v2)
	if n.Steal.Or(-1) != 35 || n.Ticks.Or(-1) != 1000 || n.Load1.Or(-1) != 0.25 || n.Throttled.Or(-1) != 1.5 {
		t.Errorf("cgroup 2: %+v", n)
	}
	v1 := fstest.MapFS{
		"proc/self/cgroup":               file("4:memory:/m\n1:cpu,cpuacct:/box\n0::/\n"),
		"sys/fs/cgroup/cpu/box/cpu.stat": file("nr_periods 9\nthrottled_time 250000000\n"),
	}
	if n := readActivity(v1); n.Throttled.Or(-1) != 0.25 || !n.Steal.IsZero() || !n.Load1.IsZero() {
		t.Errorf("cgroup 1: %+v, want throttled 0.25 s and the rest unknown", n)
	}
	if n := readActivity(fstest.MapFS{}); !n.Steal.IsZero() || !n.Ticks.IsZero() || !n.Load1.IsZero() || !n.Throttled.IsZero() {
		t.Errorf("nothing to read gave %+v", n)
	}
}

func TestNoiseBetweenTwoMoments(t *testing.T) {
	at := func(stat, cpustat string) Activity {
		return readActivity(fstest.MapFS{"proc/stat": file(stat), "sys/fs/cgroup/cpu.stat": file(cpustat)})
	}
	before := at("cpu  0 0 0 1000 0 0 0 10 0 0\n", "throttled_usec 0\n")
	after := at("cpu  60 0 0 1030 0 0 0 20 0 0\n", "throttled_usec 2000000\n")
	if got := after.StealShare(before).Or(-1); math.Abs(got-0.1) > 1e-12 {
		t.Errorf("steal share %v, want 10 of 100 ticks", got)
	}
	if got := after.ThrottledSince(before).Or(-1); got != 2 {
		t.Errorf("throttled %v s, want 2", got)
	}
	if got := before.StealShare(before); !got.IsZero() {
		t.Errorf("no time passed, and the steal share is %v", got)
	}
	old := at("cpu  1 2 3 4\n", "") // Linux before 2.6.11 has no steal
	if got := after.StealShare(old); !got.IsZero() {
		t.Errorf("steal share since an unknown moment is %v", got)
	}
}

func TestReadSettings(t *testing.T) {
	s := readSettings(fstest.MapFS{
		"proc/sys/kernel/osrelease":                            file("6.1.0\n"),
		"sys/devices/system/cpu/cpu3/cpufreq/scaling_governor": file("performance\n"),
		"sys/devices/system/cpu/intel_pstate/no_turbo":         file("1\n"),
		"sys/kernel/mm/transparent_hugepage/enabled":           file("always [madvise] never\n"),
	})
	if want := (Settings{"6.1.0", "performance", "off", "madvise"}); s != want {
		t.Errorf("settings %+v, want %+v", s, want)
	}
	if s := readSettings(fstest.MapFS{}); s != (Settings{}) {
		t.Errorf("settings of nothing: %+v", s)
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add([]byte("cpu  100 0 50 800 10 0 5 35 7 0\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		steal, ticks := parseStat(b)
		if steal.IsZero() != ticks.IsZero() || steal.Or(0) > ticks.Or(0) {
			t.Errorf("%q: steal %v of %v", b, steal, ticks)
		}
	})
}

func TestOtherWork(t *testing.T) {
	at := func(stat string, second int, own time.Duration) Activity {
		a := readActivity(fstest.MapFS{"proc/stat": file(stat)})
		a.At, a.own = time.Unix(int64(second), 0), opt.Some(own)
		return a
	}
	before := at("cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 100 0 50 800 10 5 5 35 7 0\ncpu3 0 0 0 9 0 0 0 0 0 0\n", 10, time.Second)
	after := at("cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 300 10 60 900 10 6 9 99 7 0\ncpu3 200 0 0 9 0 0 0 0 0 0\n", 12, 2*time.Second)
	check := func(want float64, cpus ...int) {
		t.Helper()
		if got := after.OtherWork(before, cpus).Or(-1); math.Abs(got-want) > 1e-9 {
			t.Errorf("CPUs %v: %v, want %v", cpus, got, want)
		}
	}
	check((2.25+2-1)/2, 0, 3) // 225 and 200 ticks of 10 ms, and a second of one's own, in two seconds
	check((2.25-1)/2, 0)
	check(-1, 0, 7) // no such line
	check(-1)
	if got := before.OtherWork(before, []int{0}); !got.IsZero() {
		t.Errorf("no time passed, and others took %v", got)
	}
	if got := (Activity{At: after.At}).OtherWork(Activity{At: before.At}, []int{0}); !got.IsZero() {
		t.Errorf("nothing to read gave %v", got)
	}
}

// This process's own work is not other work. The machine may be busy, so only the
// difference between working and not is asked for, with slack.
func TestOtherWorkLeavesOutOneself(t *testing.T) {
	begin := ReadActivity()
	if begin.own.IsZero() || len(begin.busy) == 0 {
		t.Skip("this system does not tell")
	}
	for at := time.Now(); time.Since(at) < 300*time.Millisecond; {
	}
	if spent := ReadActivity().own.Or(0) - begin.own.Or(0); spent < 20*time.Millisecond {
		t.Errorf("0.3 s of work took %v of CPU time", spent)
	}
}
