package benchlog

import (
	"errors"
	"math"
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
	if !near(s.Values["sec/op"], 50e-9) || !near(s.Values["link-sec"], 34.5e-9) || s.Values["line-bytes"] != 64 || len(s.Values) != 3 {
		t.Errorf("got values %v", s.Values)
	}
	if u := log.Units.Get("line-bytes", "assume"); u == nil || u.Value != "exact" {
		t.Errorf("got units %v, want line-bytes exact", log.Units)
	}
	if len(log.Config) != 1 || log.Config[0].Key != "cpu" || string(log.Config[0].Value) != "EPYC" {
		t.Errorf("got config %v, want the first cpu", log.Config)
	}
	if len(log.Warnings) != 1 || !strings.Contains(log.Warnings[0], `run.txt:6: cpu changes from "EPYC" to "other"`) {
		t.Errorf("got warnings %q, want one about cpu", log.Warnings)
	}
	if v, ok := log.Samples[1].Values["sec/op"]; !ok || v != 0 {
		t.Errorf("got values %v, want 0 sec/op", log.Samples[1].Values)
	}
	if p := log.Samples[1]; p.Name != "Plain" || p.Full != "BenchmarkPlain" {
		t.Errorf("got name %q, full %q", p.Name, p.Full)
	}
}

func TestReadErrors(t *testing.T) {
	const ok = "BenchmarkA-2 1 5 ns/op\n"
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
	check("{\"Action\":\"run\"}\n", "run.txt:1: got JSON")
	check("\x7fELF\x02\x01\x00\x00", "run.txt:1: got bytes that are no text")
	check(ok+"\xc3\x28\n", "run.txt:2: got bytes that are no text")
	check("\xff\xfeB\x00", "run.txt:1: got UTF-16 text, expected UTF-8 (in PowerShell")
	check("PASS\nok  \tcachelab\t1.2s\n", "run.txt:2: got a file without a single result")
	check(ok+"BenchmarkA-2 x 5 ns/op\n", `run.txt:2: got "BenchmarkA-2 x 5 ns/op", expected `)
	check(ok+"BenchmarkA-2 1 5\n", `run.txt:2: got "BenchmarkA-2 1 5", expected `)
	check(ok+"BenchmarkA-2 1 NaN ns/op\n", "run.txt:2: got NaN sec/op, expected a finite")
	check(ok+"BenchmarkA-2 1 +Inf ns/op\n", "run.txt:2: got +Inf sec/op")
	check(ok+"BenchmarkA-2 1 -1 link-ns\n", "run.txt:2: got -1e-09 link-sec")
	check(ok+"BenchmarkA-2 1 5 ns/op 6 ns/op\n", "run.txt:2: got two values in sec/op")
	check("# pass one\n"+ok, `run.txt:1: got "# pass one", expected `+"`# pass <k> seed <n>`")
	check("# pass 0 seed 1\n"+ok, `run.txt:1: got "# pass 0 seed 1"`)
	check("# pass 1 seed 1\n"+ok+"# pass 1 seed 2\n"+ok, "run.txt:3: got pass 1, which began on line 1 already")
	check(ok+"# pass 1 seed 1\n"+ok, "run.txt:1: got a result before the first pass mark")
	check(ok+"Unit ns/op better\n", `run.txt:2: got "Unit ns/op better"`)
	check(ok+strings.Repeat("x", 1<<16)+"\n", "run.txt:2: got a line of 65536 bytes, expected lines under 65536 bytes")
	check(strings.Repeat("x", 300)+"\n<\n", "run.txt:2: got a file without a single result")
}

func TestReadInterrupted(t *testing.T) {
	const whole = "# pass 1 seed 1\nBenchmarkA-2 1 5 ns/op 30 link-ns\n# pass 2 seed 2\n"
	check := func(rest string, samples int, warning string) {
		t.Helper()
		log := readString(t, whole+rest)
		if len(log.Samples) != samples {
			t.Errorf("%q: %d samples, want %d", rest, len(log.Samples), samples)
		}
		if got := strings.Join(log.Warnings, "; "); (warning == "") != (got == "") || !strings.Contains(got, warning) {
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
	check("BenchmarkA-2 \tsignal: interrupt\n", 1, "run.txt:4: BenchmarkA-2 did not finish")
	check("BenchmarkA-2\nPASS", 1, "")
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("# pass 1 seed 1\nBenchmarkA-2 1 5 ns/op 30 link-ns\n"))
	f.Add([]byte("cpu: x\nBenchmarkA 1 5 ns/op\nBenchmarkA 1 NaN ns/op"))
	f.Add([]byte("Unit a b=c\r\nBenchmarkA-2 --- FAIL: x\nBenchmarkA 1 1e999 MB/s"))
	f.Add([]byte("\xef\xbb\xbfBenchmark/-1 1 0x1p-2 ns"))
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
			for unit, v := range s.Values {
				if !(v >= 0) || math.IsInf(v, 1) {
					t.Errorf("%s = %v was let through", unit, v)
				}
			}
		}
	})
}
