// Package ci holds what guards the project and must not weigh on its users: the
// linters' versions, and the test of the report in a browser.
package ci

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReportInBrowser opens the report of a run, offline, and reads what a
// browser made of it. The run's folder is in CACHELAB_RUN.
func TestReportInBrowser(t *testing.T) {
	run := os.Getenv("CACHELAB_RUN")
	if run == "" {
		t.Skip("CACHELAB_RUN names no run")
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium here")
	}
	page := "file://" + filepath.Join(run, "report.html")
	browse := func(args ...string) string {
		t.Helper()
		fixed := []string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
			"--disable-background-networking", "--disable-component-update", "--disable-sync",
			"--enable-logging=stderr", "--v=0", "--user-data-dir=" + t.TempDir()}
		cmd := exec.Command(chromium, append(append(fixed, args...), page)...)
		var said strings.Builder
		cmd.Stderr = &said
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("chromium %v: %v\n%s", args, err, said.String())
		}
		for line := range strings.Lines(said.String()) {
			if strings.Contains(line, "CONSOLE") {
				t.Errorf("the page complains: %s", line)
			}
		}
		return string(out)
	}
	dom := browse("--dump-dom")
	for _, want := range []string{"<svg", "How to read this", "When not to trust"} {
		if !strings.Contains(dom, want) {
			t.Errorf("the page shows no %q", want)
		}
	}
	if rows := len(regexp.MustCompile(`(?s)<tr.*?</tr>`).FindAllString(dom, -1)); rows < 5 {
		t.Errorf("%d rows in the tables of the page", rows)
	}
	if remote := regexp.MustCompile(`(?:src|href)="https?:`).FindString(dom); remote != "" && strings.HasPrefix(remote, "src") {
		t.Errorf("the page loads from elsewhere: %s", remote)
	}
	for name, least := range map[string]int64{"page.pdf": 20_000, "page.png": 20_000} {
		file := filepath.Join(t.TempDir(), name)
		if strings.HasSuffix(name, "pdf") {
			browse("--print-to-pdf=" + file)
		} else {
			browse("--screenshot="+file, "--window-size=1200,3000")
		}
		if info, err := os.Stat(file); err != nil || info.Size() < least {
			t.Errorf("%s: %v, or nearly empty", name, err)
		}
	}
}
