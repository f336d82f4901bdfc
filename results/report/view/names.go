package view

import (
	"strings"
)

// plainName is a benchmark's full name without "Benchmark" and the number of Ps
// behind it.
func PlainName(full string) string {
	full = strings.TrimPrefix(full, "Benchmark")
	i := strings.LastIndexByte(full, '-')
	if i < 0 || strings.Trim(full[i+1:], "0123456789") != "" {
		return full
	}
	return full[:i]
}

// ParseName splits a benchmark's name, as results.Sample has it, into effect
// and axes.
func ParseName(name string) (effect string, axes map[string]string) {
	parts := strings.Split(name, "/")
	axes = make(map[string]string)
	for _, p := range parts[1:] {
		if k, v, ok := strings.Cut(p, "="); ok {
			axes[k] = v
		}
	}
	return parts[0], axes
}

// PlaceText is the place axis in words.
func PlaceText(place string) string {
	switch place {
	case "solo":
		return "one pinned worker"
	case "core":
		return "two workers, same core"
	case "l2":
		return "two workers, same L2"
	case "l3":
		return "two workers, same L3"
	case "package":
		return "two workers, same package"
	case "far":
		return "two workers, other package"
	case "os":
		return "placed by the system"
	}
	return place
}

// MoveText is the place axis of a migration: where the thread is moved to.
func MoveText(place string) string {
	switch place {
	case "core":
		return "the sibling of its core"
	case "l2":
		return "a CPU of the same L2"
	case "l3":
		return "a CPU of the same L3"
	case "package":
		return "a CPU of the same package"
	case "far":
		return "a CPU of another package"
	}
	return place
}
