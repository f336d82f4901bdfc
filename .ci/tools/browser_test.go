// Package ci holds what guards the project and must not weigh on its users: the
// linters' versions, the mutation run, and the test of the report in a browser.
package ci

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// reference is a run that is in every clone.
var reference = filepath.Join("..", "..", "results", "reference", "amd-epyc-2cpu-kvm")

// pages are the report of the reference run, and of the run that CACHELAB_RUN names.
func pages(t *testing.T) map[string]string {
	t.Helper()
	folders := map[string]string{"reference": reference}
	if run := os.Getenv("CACHELAB_RUN"); run != "" {
		folders["run"] = run
	}
	for name, folder := range folders {
		path, err := filepath.Abs(filepath.Join(folder, "report.html"))
		if err != nil {
			t.Fatal(err)
		}
		folders[name] = "file://" + path
	}
	return folders
}

// eachPage runs a test on each page, in a browser of its own. What the page complains
// about, and what it loads from elsewhere, fails the test.
func eachPage(t *testing.T, width, height int64, f func(t *testing.T, b browser)) {
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("no chromium here")
	}
	for name, url := range pages(t) {
		t.Run(name, func(t *testing.T) { f(t, open(t, url, width, height)) })
	}
}

// browser is a page that is open.
type browser struct {
	t   *testing.T
	ctx context.Context
	url string
}

func open(t *testing.T, url string, width, height int64) browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.ExecPath("chromium"))
	allocated, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(cancel)
	var lock sync.Mutex
	var complaints []string
	err := chromedp.Listen(ctx, func(event any) {
		lock.Lock()
		defer lock.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			complaints = append(complaints, "the script fails: "+e.ExceptionDetails.Text)
		case *runtime.EventConsoleAPICalled:
			complaints = append(complaints, fmt.Sprintf("the console says %s", e.Type))
		case *network.EventRequestWillBeSent:
			if u := e.Request.URL; !strings.HasPrefix(u, "file:") && !strings.HasPrefix(u, "data:") && u != "about:blank" {
				complaints = append(complaints, "the page asks for "+u)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		lock.Lock()
		defer lock.Unlock()
		for _, c := range complaints {
			t.Error(c)
		}
	})
	b := browser{t, ctx, url}
	for _, enable := range []func() error{
		func() error { _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); return err },
		func() error { _, err := chromedp.Call(ctx, runtime.Enable, cdp.Empty{}); return err },
	} {
		if err := enable(); err != nil {
			t.Fatal(err)
		}
	}
	b.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(url))
	return b
}

type step = chromedp.Action[chromedp.Void]

// limit ends a step that hangs.
const limit = 20 * time.Second

func (b browser) do(steps ...step) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, limit)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// media lets the page believe that it is printed, or that it is night.
func (b browser) media(params emulation.SetEmulatedMediaParams) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, params); err != nil {
		b.t.Fatal(err)
	}
}

// eval evaluates an expression in the page.
func eval[T any](b browser, expression string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, limit)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// Every link within the page has a target, and the address of a claim opens the claim
// and what is around it.
func TestAnchors(t *testing.T) {
	eachPage(t, 1280, 900, func(t *testing.T, b browser) {
		for _, dead := range eval[[]string](b, `[...document.querySelectorAll('a[href^="#"]')].map(a => a.getAttribute('href')).filter(h => !document.getElementById(decodeURIComponent(h.slice(1))))`) {
			t.Errorf("the link %s leads nowhere", dead)
		}
		folded := eval[[]string](b, `[...document.querySelectorAll('.held .claim summary')].map(s => s.id)`)
		if len(folded) == 0 {
			t.Skip("no claim is folded")
		}
		for _, id := range []string{folded[0], folded[len(folded)-1]} {
			b.do(chromedp.Navigate("about:blank"), chromedp.Navigate(b.url+"#"+id))
			if !eval[bool](b, `document.getElementById('`+id+`').closest('details').open`) {
				t.Errorf("#%s: the claim is not open", id)
			}
			if top := eval[float64](b, `document.getElementById('`+id+`').getBoundingClientRect().top`); top < -1 || top > 900 {
				t.Errorf("#%s: the claim is %.0f px from the top of the window, which is 900 px high", id, top)
			}
		}
	})
}

// shown counts the claims that a reader can see or unfold.
const shown = `[...document.querySelectorAll('.claim')].filter(c => c.offsetParent !== null || getComputedStyle(c).display !== 'none' && c.closest('.held') && getComputedStyle(c.closest('.held')).display !== 'none' && !c.hidden).length`

// The filter takes the claims of an outcome away and brings them back, and the search
// finds a claim by its number.
func TestFilter(t *testing.T) {
	eachPage(t, 1280, 900, func(t *testing.T, b browser) {
		all := eval[int](b, `document.querySelectorAll('.claim').length`)
		if got := eval[int](b, shown); got != all || all == 0 {
			t.Fatalf("%d of %d claims are shown at first", got, all)
		}
		for _, box := range eval[[]string](b, `[...document.querySelectorAll('.filter input[type=checkbox]')].map(i => i.id)`) {
			slug := strings.TrimPrefix(box, "show-")
			of := eval[int](b, `document.querySelectorAll('.claim.`+slug+`').length`)
			b.do(chromedp.Click(chromedp.CSS("#" + box)))
			if got := eval[int](b, shown); got != all-of || of == 0 {
				t.Errorf("without %s: %d claims, want %d of %d", slug, got, all-of, all)
			}
			b.do(chromedp.Click(chromedp.CSS("#" + box)))
		}
		if got := eval[int](b, shown); got != all {
			t.Errorf("%d of %d claims after all boxes are ticked again", got, all)
		}
		id := eval[string](b, `document.querySelector('.claim .id').textContent`)
		b.do(chromedp.SendKeys(chromedp.CSS("#search"), id))
		if n := eval[int](b, `document.querySelectorAll('.claim:not([hidden])').length`); n == 0 || n == all {
			t.Errorf("a search for %s shows %d of %d claims", id, n, all)
		}
		if said := eval[string](b, `document.getElementById('found').textContent`); !strings.Contains(said, fmt.Sprintf(" of %d", all)) {
			t.Errorf("a search says %q", said)
		}
	})
}

// faint lists the texts whose contrast with what is behind them is too low: WCAG 2.2
// asks for 4.5:1, and for 3:1 in large text. The text of figures has a colour of the
// picture, which is drawn on paper of its own.
const faint = `(() => {
  const rgb = s => (s.match(/[\d.]+/g) || []).map(Number);
  const light = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
  const found = new Map();
  for (const e of document.querySelectorAll('body *')) {
    if (e.closest('svg, script') || ![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const style = getComputedStyle(e);
    if (style.display === 'none' || style.visibility === 'hidden') continue;
    const a = light(rgb(style.color).slice(0, 3)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
    if (ratio < (large ? 3 : 4.5)) found.set(style.color + behind(e), e.textContent.trim().slice(0, 40) + ' ' + ratio.toFixed(2));
  }
  return [...found.values()];
})()`

// faintMarks lists the marks of the claims' bars, and the edges of boxes that carry a
// meaning, that are under 3:1.
const faintMarks = `(() => {
  const rgb = s => (s.match(/[\d.]+/g) || []).map(Number);
  const light = c => { const [r, g, b] = c.map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const paper = light(rgb(getComputedStyle(document.body).backgroundColor).slice(0, 3));
  const found = new Set();
  for (const [selector, property] of [['.bar .interval', 'fill'], ['.bar .median', 'fill'], ['.bar .threshold', 'stroke'], ['.cache', 'borderTopColor'], ['.badge', 'borderTopColor'], ['.mini rect', 'fill']])
    for (const e of document.querySelectorAll(selector)) {
      const a = light(rgb(getComputedStyle(e)[property]).slice(0, 3));
      const ratio = (Math.max(a, paper) + 0.05) / (Math.min(a, paper) + 0.05);
      if (ratio < 3) found.add(selector + ' ' + ratio.toFixed(2));
    }
  return [...found];
})()`

// Text and marks can be told from what is behind them, by day and by night.
func TestContrast(t *testing.T) {
	eachPage(t, 1280, 900, func(t *testing.T, b browser) {
		for _, scheme := range []string{"light", "dark"} {
			b.media(emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
			// Folded text counts as well.
			b.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll('details').forEach(d => d.open = true)`))
			for _, f := range append(eval[[]string](b, faint), eval[[]string](b, faintMarks)...) {
				t.Errorf("%s: too faint: %s", scheme, f)
			}
		}
	})
}

// The Tab key visits what can be used in the order of the page, and what it visits is
// marked.
func TestTabOrder(t *testing.T) {
	eachPage(t, 1280, 900, func(t *testing.T, b browser) {
		at, visited := -1, map[int]bool{}
		for range 60 {
			b.do(chromedp.KeyEvent(kb.Tab))
			now := eval[int](b, `[...document.querySelectorAll('*')].indexOf(document.activeElement)`)
			if visited[now] {
				break // round once
			}
			visited[now] = true
			name := eval[string](b, `document.activeElement.tagName + ' ' + document.activeElement.textContent.trim().slice(0, 30)`)
			if now < at {
				t.Errorf("Tab goes back to %q", name)
			}
			at = now
			if outline := eval[string](b, `getComputedStyle(document.activeElement).outlineStyle`); outline == "none" {
				t.Errorf("nothing shows that %q has the focus", name)
			}
		}
		if len(visited) < 10 {
			t.Errorf("Tab visits %d places", len(visited))
		}
	})
}

// At every width of a window the page fits it, and folded it is not long.
func TestFits(t *testing.T) {
	for width, most := range map[int64]float64{360: 20, 768: 16, 1280: 12} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			eachPage(t, width, 800, func(t *testing.T, b browser) {
				if w := eval[int64](b, `document.documentElement.scrollWidth`); w > width {
					t.Errorf("the page is %d px wide", w)
				}
				if screens := eval[float64](b, `document.documentElement.scrollHeight / 800`); screens > most {
					t.Errorf("%.1f screens, want at most %.0f", screens, most)
				} else {
					t.Logf("%.1f screens of 800 px", screens)
				}
			})
		})
	}
}

// On paper every claim has its line, nothing to click is left, and no text of a figure is
// under 7 points.
func TestPrint(t *testing.T) {
	eachPage(t, 718, 1000, func(t *testing.T, b browser) { // the width of A4 without its margins, at 96 px an inch
		b.media(emulation.SetEmulatedMediaParams{Media: "print"})
		all := eval[int](b, `document.querySelectorAll('.claim').length`)
		// The browser opens what was folded in a frame after the change of the medium.
		shown := 0
		for range 50 {
			if shown = eval[int](b, `[...document.querySelectorAll('.claim > summary')].filter(s => s.checkVisibility({contentVisibilityAuto: true})).length`); shown == all {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		if shown != all {
			t.Errorf("%d of %d claims are on the paper", shown, all)
		}
		if n := eval[int](b, `[...document.querySelectorAll('nav, .filter')].filter(s => s.getBoundingClientRect().height > 0).length`); n != 0 {
			t.Errorf("%d things to click are on the paper", n)
		}
		small := eval[[]string](b, `[...document.querySelectorAll('figure svg text')].filter(x => x.checkVisibility({contentVisibilityAuto: true})).map(x => {
			const m = x.getScreenCTM(), size = parseFloat(getComputedStyle(x).fontSize) * Math.hypot(m.a, m.b) * 72 / 96;
			return [size, x.closest('figure').id + ': ' + x.textContent.slice(0, 30) + ' ' + size.toFixed(1) + ' pt'];
		}).filter(([size]) => size < 7).map(([, said]) => said)`)
		figures := map[string]string{}
		for _, s := range small {
			figure, _, _ := strings.Cut(s, ":")
			figures[figure] = s
		}
		for _, s := range figures {
			t.Errorf("a text of a figure is under 7 points: %s", s)
		}
	})
}
