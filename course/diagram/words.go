package main

import "strings"

// textWidth estimates the width of a text in pixels, at the font size of a label.
// A viewer's sans serif is not known, so it is that of DejaVu Sans, which is among the
// wide ones: a label is left out rather than cut off. The mean of all letters will
// not do, because the shortest labels (M12, G10 A) are all capitals and digits.
func textWidth(text string) float64 {
	w := 0.0
	for _, r := range text {
		switch {
		case strings.ContainsRune("mMwW", r):
			w += 11.2
		case strings.ContainsRune(" .,:;'ijl", r):
			w += 3.9
		case strings.ContainsRune("fIrt()-/", r):
			w += 4.9
		case r >= 'A' && r <= 'Z':
			w += 9.3
		default: // small letters and digits
			w += 7.5
		}
	}
	return w
}

// fitting is the first label that fits a width; empty where none does.
func fitting(width float64, labels []string) string {
	for _, label := range labels {
		if textWidth(label)+8 <= width {
			return label
		}
	}
	return ""
}
