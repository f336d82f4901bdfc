package main

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"cachelab/course/internal/judge"
)

// TestWrongAnswers holds the check to answers that are wrong, each in its own
// way: the report must name the way.
func TestWrongAnswers(t *testing.T) {
	for _, c := range []struct {
		answer string
		want   []string
	}{
		{"circulating", []string{"A prints 100 numbers, from 99 to 0: 100 is missing", "B prints 100 numbers, from 0 to 99: 100 is missing"}},
		{"gosched", []string{"GOMAXPROCS is 1", "however the lines alternate"}},
		{"token", []string{"never ran at the same time"}},
		{"spinner", []string{"1 goroutines print beside main"}},
		{"late", []string{"main does not wait for both"}},
	} {
		t.Run(c.answer, func(t *testing.T) {
			var r judge.Report
			if err := check(t.Context(), &r, "part B", "cachelab/course/exercises/count/check/testdata/"+c.answer, true); err != nil {
				t.Fatal(err)
			}
			var text bytes.Buffer
			r.Write(&text, false)
			if r.Passed() {
				t.Errorf("passed:\n%s", &text)
			}
			for _, want := range c.want {
				if !strings.Contains(text.String(), want) {
					t.Errorf("the report does not say %q:\n%s", want, &text)
				}
			}
		})
	}
}

func TestCheckOutput(t *testing.T) {
	count := func(name string, from, to int) string {
		var b strings.Builder
		for n := from; ; {
			b.WriteString(name + ":" + strconv.Itoa(n) + "\n")
			if n == to {
				return b.String()
			}
			if from < to {
				n++
			} else {
				n--
			}
		}
	}
	end := closing + "\n"
	for _, c := range []struct{ name, output, want string }{
		{"right", count("A", 100, 0) + count("B", 0, 100) + end, ""},
		{"other names, other order", count("up", 0, 100) + count("down", 100, 0) + end, ""},
		{"nothing", end, "no numbers yet"},
		{"nothing at all", "", "no numbers yet"},
		{"one", count("A", 0, 100) + end, "only A prints"},
		{"three", count("A", 0, 100) + count("B", 100, 0) + count("C", 0, 100) + end, "3 names"},
		{"the same way twice", count("A", 0, 100) + count("B", 0, 100) + end, "both count up"},
		{"from 1", count("A", 100, 1) + count("B", 0, 100) + end, "0 is missing"},
		{"to 99", count("A", 100, 0) + count("B", 0, 99) + end, "100 is missing"},
		{"too far", count("A", 100, -1) + count("B", 0, 100) + end, "goes beyond"},
		{"one twice", count("A", 100, 0) + "B:0\n" + count("B", 0, 100) + end, "each once"},
		{"swapped", count("A", 100, 0) + count("B", 0, 49) + "B:51\nB:50\n" + count("B", 52, 100) + end, "not in order"},
		{"unclosed", count("A", 100, 0) + count("B", 0, 100), "the last line is"},
		{"closed early", count("A", 100, 0) + end + count("B", 0, 100), "does not wait"},
		{"a number too large for any integer", "A:99999999999999999999\n" + end, "no numbers yet"},
	} {
		missing := strings.Join(checkOutput(c.output), "; ")
		if c.want == "" && missing != "" || !strings.Contains(missing, c.want) {
			t.Errorf("%s: missing %q, want %q", c.name, missing, c.want)
		}
	}
}
