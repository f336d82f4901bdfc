package figure

import (
	"image/color"

	"gonum.org/v1/plot/vg/draw"

	"cachelab/results"
)

// The colours are those of Okabe and Ito, "Color Universal Design" (2008), which
// readers with any of the common colour blindnesses tell apart, darkened where
// their contrast on white is below 3 (WCAG 2.1, criterion 1.4.11). Their yellow
// is left out. Each colour also has a shape, so that a figure printed in grey
// still reads.
var (
	orange    = color.NRGBA{0xB3, 0x6B, 0x00, 0xFF}
	sky       = color.NRGBA{0x3D, 0x8F, 0xC7, 0xFF}
	green     = color.NRGBA{0x00, 0x84, 0x5F, 0xFF}
	blue      = color.NRGBA{0x00, 0x72, 0xB2, 0xFF}
	vermilion = color.NRGBA{0xD5, 0x5E, 0x00, 0xFF}
	purple    = color.NRGBA{0x9B, 0x4F, 0x80, 0xFF}
)

// The greys of a figure. None is plain black or a CSS keyword, so that the
// page's dark style sheet can find each by its value (see style.css).
var (
	ink   = color.NRGBA{0x22, 0x22, 0x22, 0xFF} // text
	mute  = color.NRGBA{0x5F, 0x5F, 0x5F, 0xFF} // second text, axes: contrast 6.4 on white
	faint = color.NRGBA{0xDD, 0xDD, 0xDD, 0xFF} // grid
	shade = color.NRGBA{0xEE, 0xEE, 0xEE, 0xFF} // bands
	paper = color.NRGBA{0xFE, 0xFE, 0xFE, 0xFF} // background
)

// look is how one series is told from the others.
type look struct {
	color color.NRGBA
	shape draw.GlyphDrawer
}

// looks are given out in order to series that have no meaning of their own.
var looks = []look{
	{blue, draw.CircleGlyph{}},
	{vermilion, draw.PyramidGlyph{}},
	{green, draw.BoxGlyph{}},
	{purple, diamond{}},
	{orange, downward{}},
	{sky, draw.RingGlyph{}},
}

// layoutLooks fixes the look of each layout over all figures and runs.
var layoutLooks = map[string]look{
	"shared": {purple, diamond{}},
	"packed": {vermilion, draw.PyramidGlyph{}},
	"pad64":  {blue, draw.CircleGlyph{}},
	"pad128": {orange, draw.BoxGlyph{}},
	"local":  {green, downward{}},
}

// outcomeLooks fixes the look of each verdict.
var outcomeLooks = map[results.Outcome]look{
	results.Holds:        {green, draw.CircleGlyph{}},
	results.Weaker:       {purple, draw.PyramidGlyph{}},
	results.NoEffect:     {blue, draw.BoxGlyph{}},
	results.Contradicted: {vermilion, diamond{}},
	results.OtherWay:     {vermilion, draw.RingGlyph{}},
	results.Undecided:    {orange, draw.RingGlyph{}},
	results.NotHere:      {mute, draw.CrossGlyph{}},
}

// classLooks fixes the look of each link class; the words are those of
// topology.Relation.
var classLooks = map[string]look{
	"same core":     {orange, draw.PyramidGlyph{}},
	"same L2":       {sky, draw.BoxGlyph{}},
	"same L3":       {blue, draw.CircleGlyph{}},
	"same package":  {green, diamond{}},
	"other L3":      {purple, draw.BoxGlyph{}},
	"other package": {vermilion, downward{}},
	changedClass:    {mute, draw.CrossGlyph{}},
	otherClass:      {ink, draw.RingGlyph{}},
}

// lookOf returns the fixed look of a name, or for a name without one the look
// in turn.
func lookOf[K comparable](fixed map[K]look, name K, turn int) look {
	if l, ok := fixed[name]; ok {
		return l
	}
	return looks[turn%len(looks)]
}
