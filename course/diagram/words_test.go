package main

import "testing"

// TestTextWidth compares the estimate with what DejaVu Sans takes at 12 pixels (ImageMagick,
// label:). Too little cuts labels off, much too much leaves them out.
func TestTextWidth(t *testing.T) {
	for text, pixels := range map[string]float64{
		"M12":                    25.7,
		"G10 A":                  36.6,
		"G8 reader":              60.1,
		"G11 B waits":            71.9,
		"M0 (a thread) holds P0": 136.3,
		"M0 keeps G8 reader: blocked in read for 1.5 ms, without a P": 360.1,
	} {
		if got := textWidth(text); got < pixels || got > 1.1*pixels {
			t.Errorf("%q: %.1f pixels, it takes %.1f", text, got, pixels)
		}
	}
}

func TestFitting(t *testing.T) {
	labels := []string{"G8 reader in a system call", "G8 reader", "G8"}
	for width, want := range map[float64]string{300: labels[0], 80: labels[1], 30: labels[2], 10: ""} {
		if got := fitting(width, labels); got != want {
			t.Errorf("in %v pixels %q, want %q", width, got, want)
		}
	}
}
