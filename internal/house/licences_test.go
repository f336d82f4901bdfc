package house

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// signs are words by which the text of a licence is known.
var signs = map[string]*regexp.Regexp{
	"MIT":          regexp.MustCompile(`(?s)Permission is hereby granted, free of charge.*THE SOFTWARE IS PROVIDED "AS IS"`),
	"BSD-3-Clause": regexp.MustCompile(`(?s)Redistribution and use.*Neither the name`),
	"Apache-2.0":   regexp.MustCompile(`(?s)Apache License\s+Version 2\.0`),
	"CC-BY-4.0":    regexp.MustCompile(`Creative Commons Attribution 4\.0`),
	"FTL":          regexp.MustCompile(`The FreeType License`),
}

// licenceRow is a row of LICENSES.md: module, licence, where.
var licenceRow = regexp.MustCompile(`(?m)^\| ([\w.~/-]+\.[\w.~/-]+) \| ([\w.-]+)[^|]* \| ([^|]+) \|$`)

// Every module of go.mod has a row, no other has one, and the licence is that of the
// module's own file, where the module is on this machine.
func TestLicences(t *testing.T) {
	root := moduleRoot(t)
	data, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "LICENSES.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for _, m := range licenceRow.FindAllStringSubmatch(strings.ReplaceAll(string(page), "\r\n", "\n"), -1) {
		rows[m[1]] = m[2:]
	}
	inProgram := strings.Fields(goCommand(t, root, "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "./scripts/..."))
	folders := map[string]string{}
	for line := range strings.Lines(goCommand(t, root, "list", "-m", "-f", "{{.Path}}\t{{.Dir}}", "all")) {
		name, dir, _ := strings.Cut(strings.TrimSpace(line), "\t")
		folders[name] = dir
	}
	read := 0
	for _, r := range mod.Require {
		path := r.Mod.Path
		row, ok := rows[path]
		if !ok {
			t.Errorf("LICENSES.md has no row for %s", path)
			continue
		}
		delete(rows, path)
		if slices.Contains(inProgram, path) && !strings.HasPrefix(row[1], "in a program") {
			t.Errorf("%s is in a program, and LICENSES.md says %q", path, row[1])
		}
		sign := signs[row[0]]
		if sign == nil {
			t.Errorf("%s: nobody knows the licence %q by its text", path, row[0])
			continue
		}
		if text := licenceText(t, path, folders[path]); text != "" {
			read++
			if !sign.MatchString(text) {
				t.Errorf("%s is not under %s:\n%.300s", path, row[0], text)
			}
		}
	}
	for path := range rows {
		t.Errorf("LICENSES.md has a row for %s, which go.mod does not require", path)
	}
	if read == 0 {
		t.Error("no licence was read: not one module is on this machine")
	}
}

// licenceText is the text of a module's licence file; empty where the module is not on
// this machine.
func licenceText(t *testing.T, path, dir string) string {
	t.Helper()
	if dir == "" {
		return ""
	}
	files, _ := filepath.Glob(filepath.Join(dir, "LICENSE*"))
	for _, name := range files {
		if text, err := os.ReadFile(name); err == nil {
			return string(text)
		}
	}
	t.Errorf("%s has no licence file in %s", path, dir)
	return ""
}
