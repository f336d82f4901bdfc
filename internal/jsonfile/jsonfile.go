// Package jsonfile reads the project's JSON files as somebody may have edited or
// damaged them. What comes out can be drawn: numbers are in the range that their
// name promises, intervals run forwards, text is one clean line. What cannot be is
// an error with the line or the place in the file.
package jsonfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"cachelab/internal/format"
)

// Error says what a file has where something else belongs.
type Error struct {
	Line      int    // from 1
	Got, Want string // Want is empty where only the kind of file is expected
}

func (e *Error) Error() string {
	return fmt.Sprintf("line %d: got %s, expected %s", e.Line, e.Got, e.Want)
}

// Decode reads the JSON object of a file into v. Fields that v has not are passed
// over, as a newer version may have written them.
func Decode(data []byte, v any) *Error {
	if err := json.Unmarshal(data, v); err != nil {
		return explain(data, err)
	}
	tree, err := treeOf(data)
	if err != nil {
		return explain(data, err)
	}
	if _, ok := tree.(map[string]any); !ok {
		return &Error{Line: 1, Got: "JSON that is no object"}
	}
	c := checker{}
	if c.walk(&tree, "", ""); c.err != nil {
		return c.err
	}
	if c.cleaned {
		clean, err := json.Marshal(tree)
		if err == nil {
			err = json.Unmarshal(clean, v)
		}
		if err != nil {
			return &Error{Line: 1, Got: format.OneLine(err.Error())}
		}
	}
	return checkDecoded(v)
}

// checkDecoded holds what was decoded to the same rules: a field that the file does not
// have is 0 in v, which may be outside the interval that the file has.
func checkDecoded(v any) *Error {
	text, err := json.Marshal(v)
	if err != nil {
		return &Error{Line: 1, Got: format.OneLine(err.Error())}
	}
	tree, err := treeOf(text)
	if err != nil {
		return &Error{Line: 1, Got: format.OneLine(err.Error())}
	}
	c := checker{}
	c.walk(&tree, "", "")
	return c.err
}

// treeOf decodes JSON into maps and lists, and numbers as they are written.
func treeOf(data []byte) (tree any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&tree); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return tree, nil
}

// explain puts an error of encoding/json into the terms of the file.
func explain(data []byte, err error) *Error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return &Error{Line: lineAt(data, syntax.Offset), Got: format.OneLine(err.Error())}
	case errors.As(err, &kind) && kind.Field == "":
		return &Error{Line: lineAt(data, kind.Offset), Got: "JSON of another kind, " + format.OneLine(kind.Value)}
	case errors.As(err, &kind):
		return &Error{Line: lineAt(data, kind.Offset), Got: fmt.Sprintf("%s in %q", format.OneLine(kind.Value), kind.Field), Want: kind.Type.String()}
	}
	return &Error{Line: 1, Got: format.OneLine(err.Error())}
}

// lineAt is the line of an offset, from 1.
func lineAt(data []byte, offset int64) int {
	offset = min(max(offset, 0), int64(len(data)))
	return 1 + bytes.Count(data[:offset], []byte("\n"))
}

// checker goes through a decoded file.
type checker struct {
	err     *Error
	cleaned bool
}

// walk checks the value at path, whose key is the last name in it, and cleans
// its text in place.
func (c *checker) walk(v *any, path, key string) {
	switch x := (*v).(type) {
	case map[string]any:
		for _, name := range sortedKeys(x) {
			field := x[name]
			c.walk(&field, join(path, name), name)
			x[name] = field
		}
		c.intervals(x, path)
	case []any:
		for i := range x {
			at := fmt.Sprintf("%s[%d]", path, i)
			if x[i] == nil {
				c.refuse("null in "+at, "a value")
			}
			c.walk(&x[i], at, key)
		}
	case json.Number:
		c.number(x, path, key)
	case string:
		if clean := format.OneLine(x); clean != x {
			*v, c.cleaned = clean, true
		}
	}
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func join(path, name string) string {
	if path == "" {
		return format.OneLine(name)
	}
	return path + "." + format.OneLine(name)
}

func (c *checker) refuse(got, want string) {
	if c.err == nil {
		c.err = &Error{Line: 1, Got: got, Want: want}
	}
}

// largest is beyond every size in bytes, time in nanoseconds and rate that a
// machine has: an exbibyte, and 13 days.
const largest = 1 << 60

// number holds a number to the range that its name promises.
func (c *checker) number(n json.Number, path, key string) {
	x, err := n.Float64()
	got := fmt.Sprintf("%s = %s", path, format.Shorten(n.String(), 24))
	switch {
	case err != nil:
		c.refuse(got, "a number")
	case isShare(key) && !(x >= 0 && x <= 1.0001): // shares are rounded
		c.refuse(got, "0 to 1")
	case isAmount(key) && !(x >= 0 && x <= largest):
		c.refuse(got, "a number from 0 on that a machine can have")
	}
}

func isShare(key string) bool {
	return slices.Contains([]string{"confidence", "share", "p", "p_holm", "factor"}, key)
}

func isAmount(key string) bool {
	if slices.Contains([]string{"passes", "pass", "samples", "dropped", "more_passes", "level", "ways", "id", "gomaxprocs",
		"bytes", "median", "lo", "hi", "threshold", "ratio", "multiply_ratio", "band"}, key) {
		return true
	}
	return slices.ContainsFunc([]string{"_bytes", "_ns", "_hz", "_cycles"}, func(suffix string) bool { return strings.HasSuffix(key, suffix) })
}

// pairs are the names of the ends of intervals.
var pairs = [][2]string{{"lo", "hi"}, {"lo_ns", "hi_ns"}, {"size_lo_bytes", "size_hi_bytes"}, {"cas_p10_ns", "cas_p90_ns"}}

// intervals holds the ends of intervals to their order.
func (c *checker) intervals(object map[string]any, path string) {
	if object["median"] != nil && (object["lo"] == nil || object["hi"] == nil) {
		c.refuse(join(path, "median")+" without lo and hi", "its interval")
	}
	for _, ends := range pairs {
		lo, hasLo := float(object[ends[0]])
		hi, hasHi := float(object[ends[1]])
		if hasLo != hasHi {
			c.refuse(fmt.Sprintf("one of %s and %s without the other", join(path, ends[0]), ends[1]), "both ends of an interval")
		}
		if !hasLo || !hasHi {
			continue
		}
		if lo > hi {
			c.refuse(fmt.Sprintf("%s from %v to %v", join(path, ends[0]), lo, hi), "an interval that runs forwards")
		}
		const rounded = 1e-4 // the files have six digits
		if mid, ok := float(object["median"]); ok && (mid < lo*(1-rounded) || mid > hi*(1+rounded)) {
			c.refuse(fmt.Sprintf("%s = %v outside its interval, %v to %v", join(path, "median"), mid, lo, hi), "a median inside it")
		}
	}
}

func float(v any) (float64, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	x, err := n.Float64()
	return x, err == nil
}
