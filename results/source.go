package results

// Work is a publication and a place in it.
type Work struct {
	Title string `json:"work"`
	Place string `json:"place,omitempty"` // minute, section or figure
	// KnownFrom names the notes that the place is known from, where the work
	// itself was not read (a recording, for example).
	KnownFrom string `json:"known_from,omitempty"`
}

func (w Work) String() string {
	text := w.Title
	if w.Place != "" {
		text += ", " + w.Place
	}
	if w.KnownFrom != "" {
		text += " (known from " + w.KnownFrom + ")"
	}
	return text
}

// Reference is a number that somebody measured, and the conditions that they give.
type Reference struct {
	Value string `json:"value"` // as they give it: "595 ms against 501, 1.19x"
	// By is who measured it. It is often not who teaches the claim.
	By Work `json:"by"`
	// Machine and Build say on what, and with which compiler and flags; empty
	// where the source does not say.
	Machine string `json:"machine,omitempty"`
	Build   string `json:"build,omitempty"`
}

func (r Reference) String() string {
	text := r.Value + ": " + r.By.String()
	for _, more := range []string{r.Machine, r.Build} {
		if more != "" {
			text += ", " + more
		}
	}
	return text
}
