// Package bytesize reads sizes in bytes as kernels and people write them.
package bytesize

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Parse reads a size as sysfs ("32K", "8M"), a synthetic description
// ("32MiB") or a person writes it, in bytes. K, M and G are powers of 1024; a
// bare number is bytes.
func Parse(s string) (int, error) {
	s = strings.TrimSpace(s)
	digits := s
	if i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		digits = s[:i]
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("size %.60q: want a number with K, M or G, like 32K", s)
	}
	unit := strings.ToLower(strings.TrimSpace(s[len(digits):]))
	unit = strings.TrimSuffix(strings.TrimSuffix(unit, "b"), "i")
	shift, ok := map[string]uint{"": 0, "k": 10, "m": 20, "g": 30}[unit]
	if !ok {
		return 0, fmt.Errorf("size %.60q: want a number with K, M or G, like 32K", s)
	}
	if n > math.MaxInt>>shift {
		return 0, fmt.Errorf("size %.60q does not fit an int", s)
	}
	return int(n << shift), nil
}
