package figure

import (
	"image/color"
	"testing"
)

// No two classes of a figure have one colour, whether the machine card has names for them or not.
func TestClassesHaveColoursOfTheirOwn(t *testing.T) {
	for _, classes := range [][]string{
		{"link 9.7 ns", "same L3", "link 105 ns", otherClass, changedClass},
		{"same core", "same L3", "other L3"},
		{"link 9 ns", "link 30 ns", "link 60 ns", "link 120 ns"},
	} {
		seen := map[color.NRGBA]string{}
		for i, l := range looksOfClasses(classes) {
			if before, ok := seen[l.color]; ok {
				t.Errorf("%q and %q of %q have one colour", before, classes[i], classes)
			}
			seen[l.color] = classes[i]
		}
	}
}
