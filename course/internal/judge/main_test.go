package judge

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// hangs makes the test binary a check whose facts are right and whose measurement never
// ends.
const hangs = "COURSE_TEST_HANGS"

func TestMain(m *testing.M) {
	if os.Getenv(hangs) == "" {
		os.Exit(m.Run())
	}
	Main(map[string]func(*Report) error{"hangs": func(r *Report) error {
		r.Done("the facts are right")
		sleep := Arm{Sample: func() float64 { time.Sleep(time.Hour); return 0 }}
		_, err := MeasureGain(sleep, sleep, sleep)
		return err
	}})
}

// TestGivesUp: a measurement that does not end is "run again", with what was found before.
func TestGivesUp(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-exercise=hangs", "-patience=50ms")
	cmd.Env = append(os.Environ(), hangs+"=yes")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || Outcome(exit.ExitCode()) != Again {
		t.Errorf("%v, want exit code %d", err, Again)
	}
	for _, want := range []string{"the facts are right", "the measurement did not end within 50ms"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
}
