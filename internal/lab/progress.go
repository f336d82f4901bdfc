package lab

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress tells on stderr what is done. It prints between measuring processes
// only: a terminal's redraw is work for the CPUs that measure.
type progress struct {
	w   io.Writer
	bar *progressbar.ProgressBar // nil where w is no terminal
	tty bool

	passes int
	began  time.Time
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, tty: ok && term.IsTerminal(int(f.Fd()))}
}

// line says something in a line of its own.
func (p *progress) line(format string, args ...any) {
	fmt.Fprintf(p.w, format+"\n", args...)
}

// begin starts the count of passes.
func (p *progress) begin(passes int, estimate time.Duration) {
	p.passes, p.began = passes, time.Now()
	p.line("measuring %d passes, about %v", passes, roundTime(estimate))
	p.bar = nil
	if p.tty {
		p.bar = progressbar.NewOptions(passes,
			progressbar.OptionSetWriter(p.w), progressbar.OptionSetDescription("passes"),
			progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true),
			progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish())
		_ = p.bar.RenderBlank()
	}
}

// passed counts a finished pass.
func (p *progress) passed(pass int) {
	if p.bar != nil {
		_ = p.bar.Set(pass)
		return
	}
	// In a log a line for every tenth of the way is enough.
	if tenth := pass * 10 / p.passes; tenth == (pass-1)*10/p.passes && pass > 1 {
		return
	}
	spent := time.Since(p.began)
	left := time.Duration(float64(spent) / float64(pass) * float64(p.passes-pass))
	p.line("pass %d of %d, %v left", pass, p.passes, roundTime(left))
}

// done ends the bar.
func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

// roundTime rounds to what a person waits for.
func roundTime(d time.Duration) time.Duration {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond)
	}
	return d.Round(time.Second)
}
