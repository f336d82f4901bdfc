package crew

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"cachelab/affinity"
)

// A worker that waits on a CPU where another program runs can be stopped by the runtime:
// a garbage collection waits for that, and so does package testing's timer. Where it
// cannot, the process hangs, so that the test has one of its own, and the other program is
// one as well.
func TestAWaiterCanBeStopped(t *testing.T) {
	places := twoPlaces(t)
	switch os.Getenv("CACHELAB_WAITER") {
	case "":
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		part := func(name string) *exec.Cmd {
			cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestAWaiterCanBeStopped$")
			cmd.Env = append(os.Environ(), "CACHELAB_WAITER="+name)
			return cmd
		}
		other := part("other program")
		if err := other.Start(); err != nil {
			t.Fatal(err)
		}
		defer other.Wait()
		defer other.Process.Kill()
		if out, err := part("waits").CombinedOutput(); err != nil {
			t.Errorf("%v (killed after 20 s: the waiter was not stopped)\n%s", err, out)
		}
	case "other program":
		if _, err := affinity.Pin(places[1]); err != nil {
			t.Skip(err)
		}
		for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		}
	case "waits":
		newCrew(t, places...).Run(func(w *Worker) {
			if w.Index == 0 {
				for range 200 { // 0.5 s, and a minute where the waiter is stopped by luck alone
					var stats runtime.MemStats
					runtime.ReadMemStats(&stats) // stops the world
				}
			}
			w.Barrier()
		})
	}
}
