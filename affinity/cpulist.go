package affinity

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// maxCPUID bounds the CPU numbers that a list, a mask or a description may
// name, so that a corrupt file cannot ask for gigabytes. The largest kernel
// configuration is 8192 CPUs (arch/x86/Kconfig, NR_CPUS_RANGE_END); this is
// eight times that.
const maxCPUID = 1<<16 - 1

// parseCPUList reads the kernel's list format, "0-3,8,10-11": decimal ids and
// inclusive ranges, ascending or not. An empty string is an empty list. The
// ids come back ascending, each once.
//
// Source: Documentation/admin-guide/cputopology.rst, lib/bitmap-str.c.
func parseCPUList(s string) ([]int, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil, nil
	}
	var ids []int
	for part := range strings.SplitSeq(s, ",") {
		first, last, isRange := strings.Cut(strings.TrimSpace(part), "-")
		lo, err := parseCPUID(first)
		if err != nil {
			return nil, fmt.Errorf("cpu list %q: %w", clip(s), err)
		}
		hi := lo
		if isRange {
			if hi, err = parseCPUID(last); err != nil {
				return nil, fmt.Errorf("cpu list %q: %w", clip(s), err)
			}
		}
		if hi < lo {
			return nil, fmt.Errorf("cpu list %q: range %d-%d runs backwards", clip(s), lo, hi)
		}
		// A list may repeat itself; without this check "0-65535,0-65535,..."
		// would grow without bound.
		if len(ids)+hi-lo > 2*maxCPUID {
			return nil, fmt.Errorf("cpu list %q: names more than %d cpus", clip(s), maxCPUID+1)
		}
		for id := lo; id <= hi; id++ {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

func parseCPUID(s string) (int, error) {
	// ParseUint and not Atoi: "+1" and "-1" are no ids.
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("want a decimal cpu id or a range like 0-3, got %q", clip(s))
	}
	if n > maxCPUID {
		return 0, fmt.Errorf("cpu id %d is beyond %d", n, maxCPUID)
	}
	return int(n), nil
}

// formatCPUList is the inverse of parseCPUList, for ids that are ascending.
func formatCPUList(ids []int) string {
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

// parseCPUMask reads the kernel's mask format, "00000001,ffffffff": hexadecimal
// words of 32 bits, the most significant first. The first word may be short,
// and a mask without commas may be one long number. The ids come back
// ascending.
func parseCPUMask(s string) ([]int, error) {
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
			return nil, fmt.Errorf("cpu mask %q: want comma-separated hexadecimal words of %d bits, got %q",
				clip(s), maskWordBits, clip(w))
		}
		if i > 0 {
			digits.WriteString(strings.Repeat("0", digitsPerWord-len(w)))
		}
		digits.WriteString(w)
	}
	hex := strings.TrimLeft(digits.String(), "0")
	if len(hex)*4 > maxCPUID+1 {
		return nil, fmt.Errorf("cpu mask %q: names cpus beyond %d", clip(s), maxCPUID)
	}
	var ids []int
	for i := range len(hex) {
		// The last digit holds CPUs 0 to 3.
		d, err := strconv.ParseUint(hex[len(hex)-1-i:len(hex)-i], 16, 8)
		if err != nil {
			return nil, fmt.Errorf("cpu mask %q: %q is no hexadecimal digit", clip(s), hex[len(hex)-1-i])
		}
		for bit := range 4 {
			if d>>bit&1 == 1 {
				ids = append(ids, i*4+bit)
			}
		}
	}
	return ids, nil
}

// parseSize reads a size as sysfs ("32K", "8M"), a synthetic description
// ("32MiB") or a person writes it, in bytes. K, M and G are powers of 1024; a
// bare number is bytes.
func parseSize(s string) (int, error) {
	s = strings.TrimSpace(s)
	digits := s
	if i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits = s[:i]
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("size %q: want a number with K, M or G, like 32K", clip(s))
	}
	unit := strings.ToLower(strings.TrimSpace(s[len(digits):]))
	unit = strings.TrimSuffix(strings.TrimSuffix(unit, "b"), "i")
	shift, ok := map[string]uint{"": 0, "k": 10, "m": 20, "g": 30}[unit]
	if !ok {
		return 0, fmt.Errorf("size %q: want a number with K, M or G, like 32K", clip(s))
	}
	if n > math.MaxInt>>shift {
		return 0, fmt.Errorf("size %q does not fit an int", clip(s))
	}
	return int(n << shift), nil
}

// clip shortens text from a file for an error message.
func clip(s string) string {
	const limit = 60 // bytes; a line of terminal with room for the rest
	if len(s) > limit {
		return s[:limit] + "..."
	}
	return s
}
