package detect

import (
	"archive/tar"
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"cachelab/affinity/internal/sysfs"
	"cachelab/affinity/internal/topotest"
	"cachelab/affinity/internal/treefs"
	"cachelab/affinity/topology"
)

// pack writes an archive of files below a folder; a name that ends in / is a folder,
// and one with -> is a link.
func pack(t *testing.T, prefix string, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	out := tar.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		h := &tar.Header{Name: prefix + name, Mode: 0o644, Typeflag: tar.TypeReg, Size: int64(len(files[name]))}
		if link, to, ok := strings.Cut(name, "->"); ok {
			h = &tar.Header{Name: prefix + link, Linkname: to, Typeflag: tar.TypeSymlink}
		}
		if strings.HasSuffix(name, "/") {
			h = &tar.Header{Name: prefix + name, Mode: 0o755, Typeflag: tar.TypeDir}
		}
		if err := out.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write([]byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Archives that other programs made hold the tree somewhere inside, and more than
// the tree: hwloc-gather-topology's, or a plain tar of /sys and /proc.
func TestReadArchive(t *testing.T) {
	m := topotest.AlderLake(t)
	for i := range m.CPUs {
		m.CPUs[i].Kind = "" // told by the devices alone
	}
	tree := topotest.Write(m, topotest.Today)
	inside := map[string]string{
		"sys/devices/cpu_core/cpus": "0-3\n", "sys/devices/cpu_atom/cpus": "4-7\n",
		"sys/fs/cgroup/cpu/cpu.shares": "1024\n", // a folder cpu without CPUs
		"proc/cpuinfo":                 "processor : 0\n",
		"proc/large":                   strings.Repeat("x", sysfs.MaxFileBytes+1),
	}
	for name, content := range tree.Files {
		inside["sys/devices/system/"+name] = content
	}
	for _, top := range []string{"", "laptop/", "./laptop/", "a/b/"} {
		got, err := readArchive(bytes.NewReader(pack(t, top, inside)))
		if err != nil {
			t.Errorf("below %q: %v", top, err)
			continue
		}
		if s := topotest.Summary(got); s != topotest.AlderLakeSummary || len(got.Warnings) > 0 {
			t.Errorf("below %q: got\n%s%q", top, s, got.Warnings)
		}
	}

	// s390's caches are in /proc/cpuinfo, and a CPU's node may be a link alone.
	got, err := readArchive(bytes.NewReader(pack(t, "z/", map[string]string{
		"sys/devices/system/cpu/cpu0/":                      "",
		"sys/devices/system/cpu/cpu0/node3->../../../node3": "",
		"proc/cpuinfo": "cache0 : level=1 type=Data scope=Private size=128K line_size=256 associativity=8\n",
	})))
	if err != nil || len(got.Caches) != 1 || got.CPUs[0].Node.Or(-1) != 3 {
		t.Errorf("error %v, topology %+v", err, got)
	}
}

// The speeds of the CPUs are behind links to the folders of their frequency policies.
// Without them hwloc's recordings of hybrid processors have no kinds of cores.
func TestReadArchiveFollowsLinks(t *testing.T) {
	m := topotest.AlderLake(t)
	inside := map[string]string{}
	for i := range m.CPUs {
		kind, speed := m.CPUs[i].Kind, "5000000\n"
		if kind == topology.Efficiency {
			speed = "3900000\n"
		}
		inside[fmt.Sprintf("sys/devices/system/cpu/cpu%d/cpufreq->../cpufreq/policy%d", i, i)] = ""
		inside[fmt.Sprintf("sys/devices/system/cpu/cpufreq/policy%d/cpuinfo_max_freq", i)] = speed
		m.CPUs[i].Kind = ""
	}
	for name, content := range topotest.Write(m, topotest.Today).Files {
		inside["sys/devices/system/"+name] = content
	}
	got, err := readArchive(bytes.NewReader(pack(t, "laptop/", inside)))
	if err != nil {
		t.Fatal(err)
	}
	if s := topotest.Summary(got); s != topotest.AlderLakeSummary {
		t.Errorf("got\n%swant\n%s", s, topotest.AlderLakeSummary)
	}
}

func TestReadArchiveRefuses(t *testing.T) {
	check := func(archive []byte, want string) {
		t.Helper()
		if _, err := readArchive(bytes.NewReader(archive)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	check(nil, "no folder cpu with CPUs in it")
	check([]byte("PK\x03\x04 a zip"), "not a recording (.tar.gz)")
	check([]byte("BZh nothing"), "not a recording (.tar.gz)")
	check([]byte("\x1f\x8bnothing"), "not a recording (.tar.gz)")
	check(pack(t, "", map[string]string{"cpu/online/x": "", "etc/passwd": "x"}), "no folder cpu with CPUs in it")
	check(pack(t, "", map[string]string{"a/cpu/online": "0\n", "b/cpu/online": "0\n"}), "several machines (a and b)")
}

// A small archive may unpack to more than the memory holds.
func TestFillEndsAtItsLimit(t *testing.T) {
	archive := pack(t, "", map[string]string{"cpu/online": "0\n", "proc/large": strings.Repeat("x", 1<<20)})
	tree := treefs.FS{Files: map[string]string{}}
	if _, _, err := fill(&tree, bytes.NewReader(archive), 1<<19); err == nil || !strings.Contains(err.Error(), "larger than 512 KiB") {
		t.Errorf("error %v", err)
	}
	if _, _, err := fill(&tree, bytes.NewReader(archive), 1<<21); err != nil || tree.Files["cpu/online"] != "0\n" || len(tree.Files) != 1 {
		t.Errorf("error %v, %d files", err, len(tree.Files))
	}
}
