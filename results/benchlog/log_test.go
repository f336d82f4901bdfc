package benchlog

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func readString(t *testing.T, text string) *Log {
	t.Helper()
	log, err := Read(strings.NewReader(text), "run.txt")
	if err != nil {
		t.Fatalf("reading %q: %v", text, err)
	}
	return log
}

func TestReadPasses(t *testing.T) {
	check := func(name, text string, passes int, want ...int) {
		t.Helper()
		log := readString(t, text)
		if log.Passes != passes {
			t.Errorf("%s: %d passes, want %d", name, log.Passes, passes)
		}
		var got []int
		for _, s := range log.Samples {
			got = append(got, s.Pass)
		}
		if len(got) != len(want) {
			t.Fatalf("%s: passes %v, want %v", name, got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%s: passes %v, want %v", name, got, want)
				break
			}
		}
	}
	check("marks", "# pass 1 seed 7\nBenchmarkA-2 1 5 ns/op\nBenchmarkA-2 1 6 ns/op\n# pass 3 seed -8\nBenchmarkB-2 1 5 ns/op\n", 2, 1, 1, 3)
	check("occurrences", "BenchmarkA-2 1 5 ns/op\nBenchmarkB-2 1 5 ns/op\nBenchmarkA-2 1 6 ns/op\n", 2, 1, 1, 2)
	check("packages apart", "pkg: a\nBenchmarkA-2 1 5 ns/op\npkg: b\nBenchmarkA-2 1 5 ns/op\n", 1, 1, 1)
	check("processors apart", "BenchmarkA-2 1 5 ns/op\nBenchmarkA-4 1 5 ns/op\n", 1, 1, 1)
	check("windows line ends", "# pass 1 seed 1\r\nBenchmarkA-2 1 5 ns/op\r\n# pass 2 seed 2\r\nBenchmarkA-2 1 5 ns/op\r\n", 2, 1, 2)
}

// near allows for the last bits of scaling units.
func near(got, want float64) bool { return math.Abs(got-want) <= 1e-12*math.Abs(want) }

func TestReadSample(t *testing.T) {
	log := readString(t, "cpu: EPYC\nUnit line-bytes assume=exact\n\nBenchmarkCounters/op=atomic/workers=2-16 \t 100\t 50.0 ns/op\t 34.5 link-ns\t64 line-bytes\ncpu: other\nBenchmarkPlain 1 0 ns/op\n")
	s := log.Samples[0]
	if s.Name != "Counters/op=atomic/workers=2" || s.Full != "BenchmarkCounters/op=atomic/workers=2-16" || s.Line != 4 {
		t.Errorf("got name %q, full %q, line %d", s.Name, s.Full, s.Line)
	}
	if !near(s.Values.Of("sec/op"), 50e-9) || !near(s.Values.Of("link-sec"), 34.5e-9) || s.Values.Of("line-bytes") != 64 || len(s.Values) != 3 {
		t.Errorf("got values %v", s.Values)
	}
	if u := log.Units.Get("line-bytes", "assume"); u == nil || u.Value != "exact" {
		t.Errorf("got units %v, want line-bytes exact", log.Units)
	}
	if len(log.Config) != 1 || log.Config[0].Key != "cpu" || string(log.Config[0].Value) != "EPYC" {
		t.Errorf("got config %v, want the first cpu", log.Config)
	}
	if len(log.Warnings) != 1 || !strings.Contains(log.Warnings[0].String(), `run.txt:6: cpu changes from "EPYC" to "other"`) {
		t.Errorf("got warnings %q, want one about cpu", log.Warnings)
	}
	if v, ok := log.Samples[1].Values.Get("sec/op"); !ok || v != 0 {
		t.Errorf("got values %v, want 0 sec/op", log.Samples[1].Values)
	}
	if p := log.Samples[1]; p.Name != "Plain" || p.Full != "BenchmarkPlain" {
		t.Errorf("got name %q, full %q", p.Name, p.Full)
	}
}

func TestReadErrors(t *testing.T) {
	check := func(text, want string) {
		t.Helper()
		log, err := Read(strings.NewReader(text), "run.txt")
		var format *FormatError
		if !errors.As(err, &format) || !IsFormatError(err) {
			t.Errorf("%.40q: got %v, %v, want a format error", text, log, err)
			return
		}
		if log != nil {
			t.Errorf("%.40q: got a log beside the error", text)
		}
		if !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.40q: got error\n%s\nwant it to begin\n%s", text, err, want)
		}
	}
	check("", "run.txt:1: got an empty file, expected Go benchmark results")
	check("\n \n", "run.txt:1: got an empty file")
	check("\n<!DOCTYPE html>\n", `run.txt:2: got HTML or XML, "<!DOCTYPE html>", expected Go benchmark`)
	check("{\"level\":\"info\"}\n", "run.txt:1: got JSON")
	check("{\"Action\":\"run\"}\n", "run.txt:1: got the output of go test -json without a benchmark result")
	check("\x7fELF\x02\x01\x00\x00", "run.txt:1: got bytes that are not text")
	check("\xff\xfeB\x00", "run.txt:1: got a file without a single result")
	check("name  old time/op  new time/op  delta\nA-8  1.38ns ±13%  1.2ns ± 0%  -8%\n", "run.txt:1: got a table of benchstat or benchcmp, which has no single results, expected the output of go test")
	check("     │ old.txt │\n     │ sec/op  │\nA-8    1n ± 0%\n", "run.txt:2: got a table of benchstat")
	check("benchmark    old ns/op    new ns/op    delta\nBenchmarkA-8    16    15    -7.1%\n", "run.txt:1: got a table of benchstat")
	check("PASS\nok  \tcachelab\t1.2s\n", "run.txt:2: got a file without a single result")
	check("BenchmarkA-2 1 NaN ns/op\n", `run.txt:1: got NaN "sec/op" and no result that can be read, expected Go benchmark results`)
	check(strings.Repeat("x", 300)+"\n<\n", "run.txt:2: got a file without a single result")
}

// What is wrong with one line is a warning, and the other lines are read.
func TestReadWarns(t *testing.T) {
	const ok = "BenchmarkA-2 1 5 ns/op\n"
	check := func(text string, samples int, want string) {
		t.Helper()
		log := readString(t, text)
		if len(log.Samples) != samples {
			t.Errorf("%.60q: %d samples, want %d", text, len(log.Samples), samples)
		}
		var got []string
		for _, w := range log.Warnings {
			got = append(got, w.String())
		}
		if all := strings.Join(got, "; "); !strings.HasPrefix(all, want) || want == "" && all != "" || strings.Contains(all, "\n") || len(got) > 1 {
			t.Errorf("%.60q: got warnings\n%q\nwant one that begins\n%q", text, got, want)
		}
	}
	check(ok+"BenchmarkA-2 x 5 ns/op\n"+ok, 2, `run.txt:2: got "BenchmarkA-2 x 5 ns/op", expected `+"`BenchmarkName-2  100  12.3 ns/op`: the line is left out")
	check(ok+"BenchmarkA-2 1 5\n", 1, `run.txt:2: got "BenchmarkA-2 1 5", expected `)
	check(ok+"BenchmarkA-2 1 NaN ns/op\n", 1, `run.txt:2: got NaN "sec/op", expected a finite number`)
	check(ok+"BenchmarkA-2 1 5 ns/op +Inf MB/s\n", 2, `run.txt:2: got +Inf "MB/s"`)
	check(ok+"BenchmarkA-2 1 5 ns/op -1 link-ns\n", 2, `run.txt:2: got -1e-09 "link-sec", expected a finite number that is not negative: the value is left out`)
	check(ok+"BenchmarkA-2 1 5 ns/op 6 ns/op\n", 2, `run.txt:2: got two values in "sec/op", expected each unit once: the second is left out`)
	check(ok+"BenchmarkA-2 1 1e999 ns/op\n", 1, `run.txt:2: got "BenchmarkA-2 1 1e999 ns/op"`)
	check(ok+"Unit ns/op better\n", 1, `run.txt:2: got "Unit ns/op better"`)
	check(ok+strings.Repeat("x", 1<<16)+"\n"+ok, 2, "run.txt:2: got a line of 65537 bytes, expected less than")
	check("# pass one\n"+ok, 1, "")
	check(ok+"# pass 12\n"+ok, 2, "")
	check(ok+"Benchmarking took 3 s\n", 1, "")
	check(ok+"a\x00b\n"+ok, 2, "")
	check("<nil>\n"+ok, 1, "")
	check("[INFO] warm\n"+ok, 1, "")
	check("{\"level\":\"info\"}\n"+ok, 1, "")
	check("m\xe8tre: \xe0 Gen\xe8ve\n"+ok, 1, "")
	check("BenchmarkA-2   \t2026/09/01 10:00:00 slow\nanother line\n      10\t 107 ns/op\n"+ok, 2, "run.txt:3: the result of BenchmarkA-2 is put together from lines 1 and 3")
	check("BenchmarkA-2   \twarm up      10\t       107.5 ns/op\t 8 B/op\n"+ok, 2, "run.txt:1: the result of BenchmarkA-2 has text before it")
	check("BenchmarkA-2\nBenchmarkA-2 \t 10\t 107 ns/op\n", 1, "")

	// A damaged file says so a few times, and how often.
	log := readString(t, ok+strings.Repeat("BenchmarkA-2 x 5 ns/op\n", 5000))
	if n := len(log.Warnings); n != keptWarnings+1 || !strings.Contains(log.Warnings[n-1].String(), "run.txt: 4990 more warnings like the last 10 are not listed") {
		t.Errorf("%d warnings, the last %q", n, log.Warnings[n-1])
	}
}

// Passes of files that are put together, and of versions in one file.
func TestPasses(t *testing.T) {
	check := func(name, text string, passes int, want ...int) {
		t.Helper()
		log := readString(t, text)
		var got []int
		for _, s := range log.Samples {
			got = append(got, s.Pass)
		}
		if !slices.Equal(got, want) || log.Passes != passes {
			t.Errorf("%s: %d passes %v, want %d %v", name, log.Passes, got, passes, want)
		}
	}
	const a, run = "BenchmarkA-2 1 5 ns/op\n", "# pass 1 seed 1\nBenchmarkA-2 1 5 ns/op\n# pass 2 seed 2\nBenchmarkA-2 1 5 ns/op\n"
	check("two runs", run+run, 4, 1, 2, 3, 4)
	check("results before the marks", a+a+run, 4, 1, 2, 3, 4)
	check("versions one after the other", "version: old\n"+a+a+a+"version: new\n"+a+a+a, 3, 1, 2, 3, 1, 2, 3)
	check("versions in turns", "v: old\n"+a+"v: new\n"+a+"v: old\n"+a+"v: new\n"+a, 2, 1, 1, 2, 2)
	check("a log line like configuration", "elapsed: 1s\n"+a+"elapsed: 2s\n"+a+"elapsed: 3s\n"+a, 3, 1, 2, 3)
	check("configuration that comes late", a+a+"note: x\n"+a+a, 4, 1, 2, 3, 4)
	check("one line a version", "v: a\n"+a+"v: b\n"+a, 2, 1, 2)

	log := readString(t, "v: old\nw: 1\n"+a+a+"v: new\n"+a+a)
	if got := log.Variants(); len(got) != 1 || got[0].Key != "v" || !slices.Equal(got[0].Values, []string{"old", "new"}) {
		t.Errorf("variants %+v, want v with old and new", got)
	}
	if len(log.Warnings) != 0 {
		t.Errorf("a file with two versions warns: %v", log.Warnings)
	}
	// A program that prints between all results must not cost memory and time.
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, "elapsed: %dms\nworker%d: started\n%s", i, i, a)
	}
	if log := readString(t, b.String()); log.Passes != 20_000 || len(log.Config) > maxKeys {
		t.Errorf("%d passes, %d keys; want 20000 passes", log.Passes, len(log.Config))
	}
}

func TestReadInterrupted(t *testing.T) {
	const whole = "# pass 1 seed 1\nBenchmarkA-2 1 5 ns/op 30 link-ns\n# pass 2 seed 2\n"
	check := func(rest string, samples int, warning string) {
		t.Helper()
		log := readString(t, whole+rest)
		if len(log.Samples) != samples {
			t.Errorf("%q: %d samples, want %d", rest, len(log.Samples), samples)
		}
		var got string
		for _, w := range log.Warnings {
			got += w.String() + "; "
		}
		if (warning == "") != (got == "") || !strings.Contains(got, warning) {
			t.Errorf("%q: got warnings %q, want %q", rest, got, warning)
		}
	}
	check("BenchmarkA-2", 1, "run.txt:4: the last line is cut off")
	check("BenchmarkA-2 1 5 n", 1, "run.txt:4: the last line is cut off")
	check("BenchmarkA-2 1 5 ns/o", 1, "run.txt:4: the last line is cut off")
	check("BenchmarkA-2 1 5 ns/op 30 link-n", 1, "run.txt:4: the last line is cut off")
	check("BenchmarkA-2 1 5 ns/op", 1, "run.txt:4: the last line is cut off")
	check("BenchmarkA-2 1 5 ns/op 30 link-ns", 2, "")
	check("BenchmarkB-2 1 5 ns/op", 1, "run.txt:4: the last line is cut off")
	check("BenchmarkB-2 1 5 ns/op\n", 2, "")
	check("BenchmarkA-2 \t--- FAIL: BenchmarkA-2\n    a_test.go:9: no\nFAIL\n", 1, "run.txt:4: BenchmarkA-2 did not finish: \"--- FAIL")
	check("BenchmarkA-2 \tpanic: runtime error\n\ngoroutine 1 [running]:\n", 1, "run.txt:4: BenchmarkA-2 did not finish")
	check("--- FAIL: BenchmarkB\n    a_test.go:9: no\nFAIL\n", 1, "run.txt:4: BenchmarkB has no result: it failed")
	check("BenchmarkB\n    a_test.go:9: no\n--- SKIP: BenchmarkB\n", 1, "run.txt:6: BenchmarkB has no result: it was skipped")
	check("BenchmarkA-2 \tsignal: interrupt\n", 1, "run.txt:4: BenchmarkA-2 did not finish")
	check("BenchmarkA-2\nPASS", 1, "")
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("# pass 1 seed 1\nBenchmarkA-2 1 5 ns/op 30 link-ns\n"))
	f.Add([]byte("cpu: x\nBenchmarkA 1 5 ns/op\nBenchmarkA 1 NaN ns/op"))
	f.Add([]byte("Unit a b=c\r\nBenchmarkA-2 --- FAIL: x\nBenchmarkA 1 1e999 MB/s"))
	f.Add([]byte("BenchmarkA \tlog\n 1\t 5 ns/op\n> a | 2026-02-02T10:00:00Z \x1b[31mBenchmarkA 1 5 ns/op"))
	f.Add([]byte("{\"Action\":\"output\",\"Package\":\"p\",\"Output\":\"BenchmarkA 1 5 ns/op\\n\"}\nv: a\n"))
	f.Add([]byte("# pass 2 seed 1\nBenchmarkA 1 5 ns/op\n# pass 2 seed 1\nBenchmarkA 1 5 ns/op\n"))
	f.Add([]byte("\xef\xbb\xbfBenchmark/-1 1 0x1p-2 ns"))
	f.Add([]byte("\xff\xfeB\x00e\x00n\x00c\x00h\x00m\x00a\x00r\x00k\x00A\x00 \x001\x00 \x005\x00 \x00n\x00s\x00"))
	f.Add([]byte("job\tstep\t2026-02-02T10:00:00.1Z BenchmarkA 1 5 ns/op\n#9 0.1 BenchmarkA 1 5 ns/op\n\t// cpu: a b\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		log, err := Read(strings.NewReader(string(data)), "run.txt")
		if (log == nil) == (err == nil) {
			t.Fatalf("got log %v and error %v", log, err)
		}
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("an error of several lines: %q", err)
			}
			return
		}
		if log.Passes < 1 || len(log.Samples) == 0 {
			t.Errorf("got %d passes, %d samples and no error", log.Passes, len(log.Samples))
		}
		for _, s := range log.Samples {
			if s.Pass < 1 || s.Line < 1 || len(s.Values) == 0 || !strings.HasPrefix(s.Full, "Benchmark"+s.Name) {
				t.Errorf("bad sample %+v", s)
			}
			for _, v := range s.Values {
				if !(v.Value >= 0) || math.IsInf(v.Value, 1) {
					t.Errorf("%s = %v was let through", v.Unit, v.Value)
				}
			}
		}
	})
}
