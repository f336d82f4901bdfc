package proc

import (
	"strings"
	"testing"
)

func TestLearnersLines(t *testing.T) {
	for _, c := range []struct{ output, want string }{
		{"# cachelab/course/exercises/pad/exercise\ncourse/exercises/pad/exercise/pad.go:9:2: undefined: x\n", "pad/exercise/pad.go:9:2: undefined: x"},
		{"# x\n/home/me/cachelab/course/exercises/count/exercise/b/main.go:3:1: syntax error\n", "count/exercise/b/main.go:3:1: syntax error"},
		{"# x\ncourse/exercises/pad/check/main.go:9:2: undefined: pad.Stats\n", "# x\ncourse/exercises/pad/check/main.go:9:2: undefined: pad.Stats"},
		{"exercise/x.go:1:1: a\nother.go:2:2: b\nexercise/x.go:3:3: c\n", "exercise/x.go:1:1: a\nexercise/x.go:3:3: c"},
	} {
		if got := LearnersLines(c.output, "exercise"); got != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.output, got, c.want)
		}
	}
}

func TestLearnersPanic(t *testing.T) {
	const panicked = `panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
cachelab/course/exercises/matrix/exercise.Sum(...)
	/tmp/x/course/exercises/matrix/exercise/matrix.go:11 +0x1d
main.check(0xc000)
	/tmp/x/course/exercises/matrix/check/main.go:40 +0x2
`
	if got, want := LearnersPanic(panicked, "exercise"), "panic: runtime error: index out of range [5] with length 3\nat matrix/exercise/matrix.go:11"; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	blanks := strings.ReplaceAll(panicked, "/tmp/x/", "/tmp/Ein Weg mit Umläuten/")
	if got, want := LearnersPanic(blanks, "exercise"), LearnersPanic(panicked, "exercise"); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if got, want := LearnersLines("# x/exercise\n/tmp/Ein Weg mit Umläuten/matrix/exercise/matrix.go:3:5: undefined: a", "exercise"), "matrix/exercise/matrix.go:3:5: undefined: a"; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if got, want := LearnersPanic("fatal error: all goroutines are asleep - deadlock!", "exercise"), "fatal error: all goroutines are asleep - deadlock!"; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
