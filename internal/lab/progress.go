package lab

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"cachelab/internal/format"
	"cachelab/results/report/text"
)

// progress tells on stderr what is done. It prints between measuring processes
// only: a terminal's redraw is work for the CPUs that measure.
type progress struct {
	w   io.Writer
	bar *progressbar.ProgressBar // nil where w is no terminal
	tty bool

	planned []float64 // seconds of each pass
	began   time.Time
	until   time.Time // when the passes end in any case; zero: when all are done
	pace    float64   // time that passes have taken by the plan's; 0: none is finished
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, tty: ok && term.IsTerminal(int(f.Fd()))}
}

// line says something in lines of its own, which a bar gives way to.
func (p *progress) line(message string, args ...any) {
	said := []string{fmt.Sprintf(message, args...)}
	// A command stays in one piece, to be pasted.
	if width := text.OptionsFor(p.w).Width; width > 0 && !strings.Contains(said[0], "go run ") {
		said = format.Wrap(said[0], width)
	}
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	fmt.Fprintln(p.w, strings.Join(said, "\n"))
	if p.bar != nil {
		_ = p.bar.RenderBlank()
	}
}

// begin starts the count of passes, which are planned to take so many seconds each.
func (p *progress) begin(planned []float64) {
	p.planned, p.began = planned, time.Now()
	p.line("measuring %d passes, about %v", len(planned), roundTime(p.left(0)))
	p.showBar()
}

// beginMore starts the count of further passes for undecided claims, which end at until.
func (p *progress) beginMore(planned []float64, until time.Time) {
	p.done()
	p.planned, p.began, p.until = planned, time.Now(), until
	p.line("measuring up to %d more passes for undecided claims, about %v", len(planned), roundTime(p.left(0)))
	p.showBar()
}

// barWidth leaves room for what is around the bar, "passes, 12m50s left  16% || (12/100)", on
// a terminal of 60 columns: a line that wraps could not be drawn over.
const barWidth = 20

// showBar draws the bar of no finished pass, on a terminal.
func (p *progress) showBar() {
	p.bar = nil
	if p.tty {
		p.bar = progressbar.NewOptions(len(p.planned),
			progressbar.OptionSetWriter(p.w), progressbar.OptionSetDescription("passes"),
			progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(false),
			progressbar.OptionSetWidth(barWidth), progressbar.OptionClearOnFinish())
		_ = p.bar.RenderBlank()
	}
}

// left is how long the passes after the first so many will take. Before the first one is
// finished, passes are taken to be as slow as the earlier ones.
func (p *progress) left(finished int) time.Duration {
	left := timeLeft(p.planned, finished, time.Since(p.began))
	if finished == 0 && p.pace > 0 {
		left = time.Duration(float64(left) * p.pace)
	}
	if !p.until.IsZero() {
		left = min(left, max(0, time.Until(p.until)))
	}
	return left
}

// timeLeft is how long the passes after the first so many will take. The passes are of
// different lengths: a few measure all points of the figures, and the others what the
// claims compare. So the plan is scaled by what its finished part has taken.
func timeLeft(planned []float64, finished int, spent time.Duration) time.Duration {
	left := sum(planned[finished:])
	if done := sum(planned[:finished]); done > 0 {
		left *= spent.Seconds() / done
	}
	return time.Duration(left * float64(time.Second))
}

func sum(seconds []float64) (s float64) {
	for _, one := range seconds {
		s += one
	}
	return s
}

// paused takes a wait for other programs out of the time that the passes have taken: it
// does not come again, and would make the rest look longer.
func (p *progress) paused(wait time.Duration) { p.began = p.began.Add(wait) }

// passed counts a finished pass.
func (p *progress) passed(pass int) {
	left := roundTime(p.left(pass))
	if planned := sum(p.planned[:pass]); planned > 0 {
		p.pace = time.Since(p.began).Seconds() / planned
	}
	if p.bar != nil {
		p.bar.Describe(fmt.Sprintf("passes, %v left", left))
		_ = p.bar.Set(pass)
		return
	}
	// In a log a line for every tenth of the way is enough.
	passes := len(p.planned)
	if tenth := pass * 10 / passes; tenth == (pass-1)*10/passes && pass > 1 {
		return
	}
	p.line("pass %d of %d, %v left", pass, passes, left)
}

// done ends the bar.
func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Finish()
		p.bar = nil
	}
}

// roundTime rounds to what a person waits for.
func roundTime(d time.Duration) time.Duration {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond)
	}
	return d.Round(time.Second)
}
