// Package cpulist reads and writes the kernel's two spellings of a set of CPUs:
// the list "0-3,8" and the mask "0000010f".
package cpulist

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// MaxID bounds the CPU numbers that a list, a mask or a description may
// name, so that a corrupt file cannot ask for gigabytes. The largest kernel
// configuration is 8192 CPUs (arch/x86/Kconfig, NR_CPUS_RANGE_END); this is
// eight times that.
const MaxID = 1<<16 - 1

// Parse reads the kernel's list format, "0-3,8,10-11": decimal ids and
// inclusive ranges, ascending or not. An empty string is an empty list. The
// ids come back ascending, each once.
//
// Source: Documentation/admin-guide/cputopology.rst, lib/bitmap-str.c.
func Parse(s string) ([]int, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil, nil
	}
	var ids []int
	for part := range strings.SplitSeq(s, ",") {
		first, last, isRange := strings.Cut(strings.TrimSpace(part), "-")
		lo, err := ParseID(first)
		if err != nil {
			return nil, fmt.Errorf("cpu list %.60q: %w", s, err)
		}
		hi := lo
		if isRange {
			if hi, err = ParseID(last); err != nil {
				return nil, fmt.Errorf("cpu list %.60q: %w", s, err)
			}
		}
		if hi < lo {
			return nil, fmt.Errorf("cpu list %.60q: range %d-%d runs backwards", s, lo, hi)
		}
		// A list may repeat itself; without this check "0-65535,0-65535,..."
		// would grow without bound.
		if len(ids)+hi-lo > 2*MaxID {
			return nil, fmt.Errorf("cpu list %.60q: names more than %d cpus", s, MaxID+1)
		}
		for id := lo; id <= hi; id++ {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// ParseID reads one decimal id.
func ParseID(s string) (int, error) {
	// ParseUint and not Atoi: "+1" and "-1" are no ids.
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("want a decimal cpu id or a range like 0-3, got %.60q", s)
	}
	if n > MaxID {
		return 0, fmt.Errorf("cpu id %d is beyond %d", n, MaxID)
	}
	return int(n), nil
}

// Format is the inverse of Parse, for ids that are ascending.
func Format(ids []int) string {
	var b strings.Builder
	for i := 0; i < len(ids); {
		j := i
		for j+1 < len(ids) && ids[j+1] == ids[j]+1 {
			j++
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(ids[i]))
		if j > i {
			b.WriteByte('-')
			b.WriteString(strconv.Itoa(ids[j]))
		}
		i = j + 1
	}
	return b.String()
}

// maskWordBits is the width of one comma-separated word of a cpumask file: 32
// on every architecture, also on 64-bit ones (lib/bitmap-str.c, CHUNKSZ).
const maskWordBits = 32

// ParseMask reads the kernel's mask format, "00000001,ffffffff": hexadecimal
// words of 32 bits, the most significant first. The first word may be short,
// and a mask without commas may be one long number. The ids come back
// ascending.
func ParseMask(s string) ([]int, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil, nil
	}
	// Spell the mask as one long hexadecimal number: every word but the first
	// has eight digits.
	const digitsPerWord = maskWordBits / 4
	words := strings.Split(s, ",")
	var digits strings.Builder
	for i, w := range words {
		if w == "" || len(words) > 1 && len(w) > digitsPerWord {
			return nil, fmt.Errorf("cpu mask %.60q: want comma-separated hexadecimal words of %d bits, got %.60q",
				s, maskWordBits, w)
		}
		if i > 0 {
			digits.WriteString(strings.Repeat("0", digitsPerWord-len(w)))
		}
		digits.WriteString(w)
	}
	hex := strings.TrimLeft(digits.String(), "0")
	if len(hex)*4 > MaxID+1 {
		return nil, fmt.Errorf("cpu mask %.60q: names cpus beyond %d", s, MaxID)
	}
	var ids []int
	for i := range len(hex) {
		// The last digit holds CPUs 0 to 3.
		d, err := strconv.ParseUint(hex[len(hex)-1-i:len(hex)-i], 16, 8)
		if err != nil {
			return nil, fmt.Errorf("cpu mask %.60q: %.60q is no hexadecimal digit", s, hex[len(hex)-1-i])
		}
		for bit := range 4 {
			if d>>bit&1 == 1 {
				ids = append(ids, i*4+bit)
			}
		}
	}
	return ids, nil
}

// FormatMask is the inverse of ParseMask.
func FormatMask(ids []int) string {
	words := make([]uint32, 1)
	for _, id := range ids {
		for id/32 >= len(words) {
			words = append(words, 0)
		}
		words[id/32] |= 1 << (id % 32)
	}
	slices.Reverse(words)
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = fmt.Sprintf("%08x", w)
	}
	return strings.Join(parts, ",")
}
