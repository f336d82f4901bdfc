package program

import (
	"context"
	"os"
	"runtime/trace"
	"time"
)

// ThinkVariable names the environment variable that makes Think take longer, as a
// duration such as "2ms". The checker asks with it whether a program still waits for
// its goroutines when these take longer.
const ThinkVariable = "COURSE_THINK"

// ThinkCategory is the category of the log events that Think writes to a trace.
const ThinkCategory = "think"

// thinking is how long Think lasts: 20 µs, several times what writing a line takes.
// Without it a program would do nothing but write. Two goroutines that write to one
// file take turns whatever the number of Ps (internal/poll, fdMutex), so nothing
// would be left to do at the same time.
var thinking = thinkTime(os.Getenv(ThinkVariable))

func thinkTime(asked string) time.Duration {
	const usual = 20 * time.Microsecond
	if d, err := time.ParseDuration(asked); err == nil && d > usual {
		return d
	}
	return usual
}

// Think keeps the CPU busy: the work that a program of the course does before it prints
// something. In a trace each call is marked, so that work can be told from waiting.
func Think() {
	trace.Log(context.Background(), ThinkCategory, "")
	for begin := time.Now(); time.Since(begin) < thinking; {
	}
}
