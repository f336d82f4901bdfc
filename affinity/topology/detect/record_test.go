package detect

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/internal/sysfs"
	"cachelab/affinity/internal/topotest"
)

// A recording is read as the machine was, and holds nothing that the reader does
// not need.
func TestRecord(t *testing.T) {
	m := topotest.AlderLake(t)
	for i := range m.CPUs {
		m.CPUs[i].Kind = "" // told by the devices alone
	}
	m.CPUs = append(m.CPUs, topotest.Synthetic(t, "core:9").CPUs[8]) // offline
	m.CPUs[8].Online, m.CPUs[8].Core = false, m.CPUs[8].Node
	tree := topotest.Write(m, topotest.Today)
	for _, name := range []string{"cpu/serial", "cpu/cpu0/topology/owner", "cpu/vulnerabilities/meltdown", "node/node0/meminfo"} {
		tree.Files[name] = "secret\n"
	}
	tree.Files["cpu/cpu3/node0/uevent"] = "\n"
	devices := topotest.NewTree(map[string]string{"cpu_core/cpus": "0-3\n", "cpu_atom/cpus": "4-7\n"})
	var b bytes.Buffer
	if err := record(&b, tree.Index(), devices.Index(), []byte("processor : 0\nserial : secret\n")); err != nil {
		t.Fatal(err)
	}
	packed := b.Bytes()
	for name, content := range unpack(t, packed) {
		if strings.Contains(content, "secret") {
			t.Errorf("%s is in the recording: %q", name, content)
		}
	}
	file := filepath.Join(t.TempDir(), "machine.tar.gz")
	if err := os.WriteFile(file, packed, 0o666); err != nil {
		t.Fatal(err)
	}
	got, err := ReadDir(file)
	if err != nil {
		t.Fatal(err)
	}
	want, err := read(sysfs.Source{Tree: tree, Devices: devices})
	if err != nil {
		t.Fatal(err)
	}
	if g, w := topotest.Summary(got), topotest.Summary(want); g != w || !slices.Equal(got.Warnings, want.Warnings) {
		t.Errorf("got\n%s%q\nwant\n%s%q", g, got.Warnings, w, want.Warnings)
	}
	if len(want.Kinds) != 2 {
		t.Errorf("kinds %q: the recording lost them", want.Kinds)
	}
}

func unpack(t *testing.T, packed []byte) map[string]string {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for in := tar.NewReader(zip); ; {
		h, err := in.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		files[h.Name] = string(content)
	}
}

// Of /proc/cpuinfo the lines that are read are kept, and only where they tell something.
func TestReadLines(t *testing.T) {
	for _, test := range []struct{ cpuinfo, want string }{
		{"processor\t: 0\nSerial\t\t: secret\ncache size\t: 512 KB\n", ""},
		{
			"Processor\t: ARMv7\nprocessor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xc07\nCPU revision\t: 3\n\nSerial\t\t: secret\n",
			"processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xc07\n",
		},
		{
			"vendor_id : IBM/S390\ncache0 : level=1 type=Data scope=Private size=128K line_size=256 associativity=8\nmachine : secret\n",
			"cache0 : level=1 type=Data scope=Private size=128K line_size=256 associativity=8\n",
		},
	} {
		if got := string(readLines([]byte(test.cpuinfo))); got != test.want {
			t.Errorf("of %q: %q, want %q", test.cpuinfo, got, test.want)
		}
	}
}

func TestReadDirRefusesOtherFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "card.json")
	if err := os.WriteFile(file, []byte("{}"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadDir(file); err == nil || !strings.Contains(err.Error(), "not a recording (.tar.gz)") {
		t.Errorf("error %v", err)
	}
}
