package overlay

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A rule rewrites one file of the Go installation.
type rule struct {
	file     string // below GOROOT/src
	optional bool   // the file is not in every known release
	rewrite  func(src string) (string, error)
}

// allocations let the allocator report each object: for builds that record, and
// for those that only note where objects lie.
var allocations = []rule{
	{file: "runtime/valgrind0.go", rewrite: replaceOnce("const valgrindenabled = false", "const valgrindenabled = true")},
	{file: "runtime/malloc.go", rewrite: replaceOnce("valgrindMalloc(x, size-asanRZ)", "advMalloc(x, size-asanRZ, typ)")},
	{file: "runtime/malloc_generated.go", optional: true, rewrite: replaceAll("valgrindMalloc(x, size)", "advMalloc(x, size, typ)")},
}

// atomics let the operations of sync/atomic report their accesses: for all
// builds that are instrumented.
var atomics = []rule{
	{file: "runtime/atomic_pointer.go", rewrite: pointerAtomics},
	{file: "sync/atomic/asm.s", rewrite: renameAssembly},
	{file: "sync/atomic/doc.go", rewrite: wrapAtomics},
	{file: "sync/atomic/doc_64.go", optional: true, rewrite: wrapAtomics},
}

// rulesOf are the rules of each build.
var rulesOf = map[Mode][]rule{
	Recorded: slices.Concat(allocations, atomics),
	Places:   allocations,
	Empty:    atomics,
}

func replaceOnce(old, new string) func(string) (string, error) {
	return func(src string) (string, error) {
		if n := strings.Count(src, old); n != 1 {
			return "", fmt.Errorf("%q occurs %d times instead of once", old, n)
		}
		return strings.Replace(src, old, new, 1), nil
	}
}

func replaceAll(old, new string) func(string) (string, error) {
	return func(src string) (string, error) {
		if !strings.Contains(src, old) {
			return "", fmt.Errorf("%q does not occur", old)
		}
		return strings.ReplaceAll(src, old, new), nil
	}
}

// textLine is the start of one function of sync/atomic's assembly.
var textLine = regexp.MustCompile(`(?m)^TEXT ·(\w+)\(SB\)`)

// renameAssembly gives the assembly new names, so that Go bodies can take the old ones.
func renameAssembly(src string) (string, error) {
	if len(textLine.FindAllString(src, -1)) < 20 {
		return "", errors.New("fewer than 20 TEXT lines")
	}
	return textLine.ReplaceAllString(src, "TEXT ·adv$1(SB)"), nil
}

// bodyless is a function of sync/atomic that is implemented in assembly.
var bodyless = regexp.MustCompile(`(?m)^func (\w+)\(((?:addr) [^)]*)\)( \([^)]*\))?$`)

// wrapAtomics gives each function that has no body one that calls the
// recorder and then the assembly. The three pointer operations that package
// runtime implements stay: it calls the recorder itself.
func wrapAtomics(src string) (string, error) {
	found := 0
	src = bodyless.ReplaceAllStringFunc(src, func(decl string) string {
		m := bodyless.FindStringSubmatch(decl)
		name, params, results := m[1], m[2], m[3]
		if strings.HasSuffix(name, "Pointer") && name != "LoadPointer" {
			return decl
		}
		found++
		ret := "return "
		if results == "" {
			ret = ""
		}
		var body strings.Builder
		fmt.Fprintf(&body, "func adv%s(%s)%s\n\n", name, params, results)
		fmt.Fprintf(&body, "func %s(%s)%s {\n\tadvAtomic(uintptr(unsafe.Pointer(addr)), %d)\n\t%sadv%s(%s)\n}",
			name, params, results, atomicKind(name), ret, name, arguments(params))
		return body.String()
	})
	if found < 10 {
		return "", fmt.Errorf("only %d functions without a body", found)
	}
	if strings.Contains(src, "\nimport (\n\t\"unsafe\"\n)\n") {
		src += "\n//go:noescape\nfunc advAtomic(addr uintptr, kind uint8)\n"
	} else {
		src = strings.Replace(src, "package atomic\n", "package atomic\n\nimport \"unsafe\"\n", 1)
	}
	return src, nil
}

// arguments are the names in a parameter list: "addr *int64, old, new int64" gives "addr, old, new".
func arguments(params string) string {
	var names []string
	for p := range strings.SplitSeq(params, ",") {
		names = append(names, strings.Fields(p)[0])
	}
	return strings.Join(names, ", ")
}

// atomicKind is the recorder's kind of access of a function of sync/atomic.
func atomicKind(name string) int {
	const load, store, add, swap, cas = 2, 3, 4, 5, 6 // advLoad and so on in the recorder's layout.go; a test compares them
	switch {
	case strings.HasPrefix(name, "Load"):
		return load
	case strings.HasPrefix(name, "Store"):
		return store
	case strings.HasPrefix(name, "Swap"):
		return swap
	case strings.HasPrefix(name, "CompareAndSwap"):
		return cas
	}
	return add
}

// pointerFunc is a pointer operation of sync/atomic that package runtime implements.
var pointerFunc = regexp.MustCompile(`(?m)^func sync_atomic_(Store|Swap|CompareAndSwap)Pointer\(.*\{$`)

// pointerLink is the name by which it reaches the assembly of sync/atomic.
var pointerLink = regexp.MustCompile(`(?m)^(//go:linkname sync_atomic_\w+Uintptr sync/atomic\.)(\w+)$`)

// pointerAtomics lets the pointer operations call the recorder before their
// write barrier, and the assembly instead of a function that could be
// preempted between the barrier and the store.
func pointerAtomics(src string) (string, error) {
	if n := len(pointerFunc.FindAllString(src, -1)); n != 3 {
		return "", fmt.Errorf("%d pointer operations instead of 3", n)
	}
	if n := len(pointerLink.FindAllString(src, -1)); n != 3 {
		return "", fmt.Errorf("%d linknames of Uintptr functions instead of 3", n)
	}
	src = pointerLink.ReplaceAllString(src, "${1}adv$2")
	src = pointerFunc.ReplaceAllStringFunc(src, func(decl string) string {
		name := pointerFunc.FindStringSubmatch(decl)[1]
		return fmt.Sprintf("%s\n\tadvAtomic(uintptr(unsafe.Pointer(ptr)), %d)", decl, atomicKind(name))
	})
	return src, nil
}

// rewriteAll applies the rules to the files below goroot/src and writes the
// results to dir. It returns overlay replacements.
func rewriteAll(rs []rule, goroot, dir string) (map[string]string, error) {
	replace := make(map[string]string)
	for _, r := range rs {
		from := filepath.Join(goroot, "src", filepath.FromSlash(r.file))
		src, err := os.ReadFile(from)
		if r.optional && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("the Go installation is incomplete: %w", err)
		}
		out, err := r.rewrite(string(src))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.file, err)
		}
		to := filepath.Join(dir, strings.ReplaceAll(r.file, "/", "_"))
		if err := os.WriteFile(to, []byte(out), 0o600); err != nil {
			return nil, err
		}
		replace[from] = to
	}
	return replace, nil
}
