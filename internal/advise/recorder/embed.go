package recorder

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed layout.go protocol.go words.go stacks.go table.go allocs.go runtime.go.txt start.go.txt answer.go.txt
var source embed.FS

// EmptyHooks is a file of package runtime with hooks that do nothing. A build
// with it shows what instrumented code costs by itself.
//
//go:embed empty.go.txt
var EmptyHooks string

// RuntimeFiles returns the recorder's source as files of package runtime, by
// file name.
func RuntimeFiles() (map[string]string, error) {
	entries, err := source.ReadDir(".")
	if err != nil {
		return nil, err
	}
	files := make(map[string]string)
	for _, e := range entries {
		text, err := source.ReadFile(e.Name())
		if err != nil {
			return nil, err
		}
		s := string(text)
		if !strings.HasSuffix(e.Name(), ".txt") {
			if !strings.Contains(s, "\npackage recorder\n") && !strings.HasPrefix(s, "package recorder\n") {
				return nil, fmt.Errorf("%s: no package clause", e.Name())
			}
			s = strings.Replace(s, "package recorder\n", "package runtime\n", 1)
		}
		name := "zadvise_" + strings.TrimSuffix(strings.TrimSuffix(e.Name(), ".txt"), ".go") + ".go"
		files[name] = s
	}
	return files, nil
}
