package rundir

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"reflect"
	"strconv"

	"cachelab/internal/jsonfile"
	"cachelab/results"
	"cachelab/results/benchlog"
)

// significantDigits is how far verdicts.json writes numbers. The measurements
// behind them agree to two or three digits; six keep every rounding of a
// report's own exact, and the file the same on machines whose fused
// multiply-add rounds the last bits otherwise.
const significantDigits = 6

// WriteVerdicts writes verdicts.json, whole or not at all; like [WriteFile] it
// refuses to overwrite. A number that is NaN or infinite is an error that names
// the field.
func WriteVerdicts(path string, f *results.Verdicts) error {
	data, err := MarshalVerdicts(f)
	if err != nil {
		return err
	}
	return WriteFile(path, data)
}

// MarshalVerdicts is the content of verdicts.json: indented, numbers rounded to
// six significant digits, lists that are empty written as [] and not null.
func MarshalVerdicts(f *results.Verdicts) ([]byte, error) {
	rounded, err := tidied(reflect.ValueOf(*f), "verdicts.json")
	if err != nil {
		return nil, err
	}
	data, err := json.MarshalIndent(rounded.Interface(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing verdicts: %w", err)
	}
	return append(data, '\n'), nil
}

// tidied is a deep copy of v with its numbers rounded and its nil slices empty.
func tidied(v reflect.Value, path string) (reflect.Value, error) {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Float64:
		x := v.Float()
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return out, fmt.Errorf("%s is %v, which JSON cannot say", path, x)
		}
		out.SetFloat(round(x))
	case reflect.Pointer:
		if v.IsNil() {
			return out, nil
		}
		elem, err := tidied(v.Elem(), path)
		if err != nil {
			return out, err
		}
		out.Set(reflect.New(v.Type().Elem()))
		out.Elem().Set(elem)
	case reflect.Struct:
		for i := range v.NumField() {
			field, err := tidied(v.Field(i), path+"."+v.Type().Field(i).Name)
			if err != nil {
				return out, err
			}
			out.Field(i).Set(field)
		}
	case reflect.Slice:
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			elem, err := tidied(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
			if err != nil {
				return out, err
			}
			out.Index(i).Set(elem)
		}
	default:
		out.Set(v)
	}
	return out, nil
}

// round keeps the significant digits of x.
func round(x float64) float64 {
	text := strconv.FormatFloat(x, 'e', significantDigits-1, 64)
	rounded, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(rounded, 0) {
		return x
	}
	return rounded
}

// ReadVerdictsFile reads the verdicts.json at path.
func ReadVerdictsFile(path string) (*results.Verdicts, error) {
	data, err := jsonfile.Read(path)
	if err != nil {
		return nil, fmt.Errorf("reading verdicts: %w", err)
	}
	return ReadVerdicts(bytes.NewReader(data), filepath.ToSlash(path))
}

// ReadVerdicts reads the content of a verdicts.json; file is its name in
// messages. Fields that are not known are passed over (a newer cachelab may
// have written them). A file that is something else, a number that cannot be, a
// verdict that is none of the six, or a claim that appears twice gives a
// *[benchlog.FormatError]. Text comes out as one clean line.
func ReadVerdicts(r io.Reader, file string) (*results.Verdicts, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	const want = "the verdicts of a run, as scripts/lab writes them"
	var f results.Verdicts
	if err := jsonfile.Decode(data, &f); err != nil {
		return nil, refuse(file, err.Line, err.Got, cmp.Or(err.Want, want))
	}
	if f.Verdicts == nil {
		return nil, refuse(file, 1, `no list "verdicts"`, want)
	}
	seen := map[string]bool{}
	for i, v := range f.Verdicts {
		switch v.Outcome {
		case results.Holds, results.Weaker, results.NoEffect, results.Contradicted, results.Undecided, results.NotHere, results.OtherWay:
		default:
			return nil, refuse(file, 1, fmt.Sprintf("verdict %q of claim %q (entry %d)", v.Outcome, v.ID, i+1), "one of the six, or other way")
		}
		if seen[v.ID] {
			return nil, refuse(file, 1, fmt.Sprintf("claim %q twice", v.ID), "each claim once")
		}
		seen[v.ID] = true
	}
	return &f, nil
}

// refuse says what a file has at a line where something else belongs.
func refuse(file string, line int, got, want string) error {
	return &benchlog.FormatError{File: file, Line: line, Got: got, Want: want}
}
