// Check judges the exercise pad: go run ./course/check pad.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"unsafe"

	"cachelab/cachelines"
	"cachelab/course/internal/judge"
	"cachelab/course/internal/proc"
)

// With -sizes the check only prints the two sizes: so it is built a second time, with
// a field more, to see whether the padding follows.
var sizesOnly = flag.Bool("sizes", false, "print the sizes of Stats and Fields")

func main() { judge.Main(check) }

func check(r *judge.Report) error {
	now := sizes{unsafe.Sizeof(Stats{}), unsafe.Sizeof(Fields{})}
	if *sizesOnly {
		fmt.Println(now.stats, now.fields)
		os.Exit(0)
	}
	line := uintptr(cachelines.PadBytes())
	row := make([]Stats, 2)
	r.Note("Stats is %d bytes, Fields %d; a line counts as %d bytes in Go on this architecture", now.stats, now.fields, line)
	if err := judge.TwoWorkers(r, judge.Task{
		Yours: [2]unsafe.Pointer{unsafe.Pointer(&row[0].Hits), unsafe.Pointer(&row[1].Hits)}, Structure: now.apart(line),
		Got:    "neighbours in a slice do not hold each other up",
		NotGot: "neighbours in a slice still share a line. Fill Stats up to a whole line",
	}); err != nil || !r.Passed() {
		return err
	}
	// Grown by a word, and to exactly a line, where a careless pad becomes a
	// line too much.
	toLine := line - now.fields%line
	for _, more := range []uintptr{8, toLine} {
		grown, err := grow(context.Background(), more)
		var compile *proc.CompileError
		switch {
		case errors.Is(err, errShape):
			r.Missing("%v: the check adds a field to it, to see whether the padding follows", err)
			return nil
		case errors.As(err, &compile):
			r.Missing("with %d bytes more in Fields it does not compile any more: a guard is a good thing, but let the padding be computed from unsafe.Sizeof(Fields{})\n%s", more, compile.Output)
			return nil
		case err != nil:
			return err
		case !grown.apart(line) && grown.fields%line == 0:
			r.Missing("it does not stay padded: with %d bytes more, Fields fills its lines exactly, and Stats is %d bytes, not %d. A struct that ends in a field of no size (a pad of 0 bytes) gets a word more: put the pad in front", more, grown.stats, grown.fields)
			return nil
		case !grown.apart(line):
			r.Missing("it does not stay padded: with %d bytes more in Fields, Stats is %d bytes and neighbours share a line again. Compute the padding from unsafe.Sizeof(Fields{})", more, grown.stats)
			return nil
		case grown.stats-grown.fields >= line:
			r.Note("with %d bytes more in Fields, Stats is %d bytes: safe, and a whole line of it is padding that is not needed", more, grown.stats)
		}
	}
	r.Done("it stays padded when Fields grows by 8 and by %d bytes", toLine)
	return nil
}

// sizes are those of one build.
type sizes struct{ stats, fields uintptr }

// apart reports whether the fields of two neighbours never share a line: whole lines,
// or a whole line of padding between them, at any address.
func (s sizes) apart(line uintptr) bool {
	return s.stats%line == 0 || s.stats-s.fields >= line
}
