package patch

import (
	"runtime"
	"slices"

	"cachelab/internal/advise/record"
)

const (
	pageBytes = 8192 // the runtime's page; larger objects get whole pages (runtime/sizeclasses.go)

	// An object with pointers of more than 512 bytes has a header of 8 bytes
	// before it (internal/runtime/gc.MinSizeForMallocHeader and
	// MallocHeaderSize, 64-bit systems).
	headerOver  = 512
	headerBytes = 8
)

// HeapBytes is what the allocator gives for an object of size bytes: the next
// size class of the Go release that runs the adviser, the malloc header
// included.
func HeapBytes(size int64, pointers bool) int64 {
	if pointers && size > headerOver {
		size += headerBytes
	}
	classes := sizeClasses()
	if i, _ := slices.BinarySearch(classes, size); i < len(classes) {
		return classes[i]
	}
	return (size + pageBytes - 1) / pageBytes * pageBytes
}

// sizeClasses asks the runtime for its size classes, smallest first.
func sizeClasses() []int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	var sizes []int64
	for _, c := range m.BySize {
		if c.Size > 0 {
			sizes = append(sizes, int64(c.Size))
		}
	}
	return sizes
}

// hasPointers reports whether values of the type hold pointers; an unknown type
// is taken to hold some.
func hasPointers(t *record.Type) bool {
	if t == nil {
		return true
	}
	switch t.Kind {
	case "struct":
		return slices.ContainsFunc(t.Fields, func(f record.Field) bool { return hasPointers(f.Type) })
	case "array":
		return t.Len > 0 && hasPointers(t.Elem)
	}
	return !sizedKinds[t.Kind] && t.Kind != "int" && t.Kind != "uint" && t.Kind != "uintptr"
}

// sizedKinds are the kinds whose size is the same on every platform.
var sizedKinds = map[string]bool{
	"bool": true, "int8": true, "int16": true, "int32": true, "int64": true,
	"uint8": true, "uint16": true, "uint32": true, "uint64": true,
	"float32": true, "float64": true, "complex64": true, "complex128": true,
}

// portable reports whether a value of the type has the same size on 32-bit
// platforms, so that an assertion about it holds there as well.
func portable(t *record.Type) bool {
	if t == nil {
		return false
	}
	switch t.Kind {
	case "struct":
		return !slices.ContainsFunc(t.Fields, func(f record.Field) bool { return !portable(f.Type) })
	case "array":
		return portable(t.Elem)
	}
	return sizedKinds[t.Kind]
}
