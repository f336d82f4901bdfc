package synth

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
)

// Walk reads markup to its end and calls f for each element. The error is that
// of markup that does not nest.
func Walk(markup []byte, html bool, f func(xml.StartElement)) error {
	d := xml.NewDecoder(bytes.NewReader(markup))
	if html {
		d.AutoClose, d.Entity = []string{"meta", "br", "input"}, xml.HTMLEntity
		d.Strict = false
	}
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			line, col := d.InputPos()
			return fmt.Errorf("%d:%d: %w", line, col, err)
		}
		if e, ok := tok.(xml.StartElement); ok {
			f(e)
		}
	}
}

// CheckPage walks a page: it nests, runs no script but its own, loads nothing, has each id
// once and points only to ids that it has and to its own figures.
func CheckPage(t *testing.T, page []byte) {
	t.Helper()
	ids, links, headings := map[string]int{}, []string{}, 0
	if n := bytes.Count(page, []byte("<script")); n != 1 {
		t.Errorf("%d scripts, want the page's own", n)
	}
	page = regexp.MustCompile(`(?s)<script>.*?</script>`).ReplaceAll(page, nil)
	err := Walk(page, true, func(e xml.StartElement) {
		switch e.Name.Local {
		case "script", "img", "iframe", "object", "embed", "link", "form", "base":
			t.Errorf("<%s> on the page", e.Name.Local)
		case "h1":
			headings++
		}
		for _, a := range e.Attr {
			name := strings.ToLower(a.Name.Local)
			switch {
			case strings.HasPrefix(name, "on"):
				t.Errorf("<%s %s=%q>", e.Name.Local, name, a.Value)
			case name == "id":
				ids[a.Value]++
			case name == "href" || name == "src":
				links = append(links, a.Value)
			case name == "aria-labelledby":
				for _, id := range strings.Fields(a.Value) {
					links = append(links, "#"+id)
				}
			}
		}
	})
	if err != nil {
		t.Errorf("the page does not nest: %v", err)
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %q is there %d times", id, n)
		}
	}
	for _, l := range links {
		id, inside := strings.CutPrefix(l, "#")
		if inside && ids[id] == 0 || !inside && !strings.HasPrefix(l, "figures/") {
			t.Errorf("link to %q", l)
		}
	}
	if headings != 1 {
		t.Errorf("%d level-1 headings", headings)
	}
}
