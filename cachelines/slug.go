package cachelines

import (
	"cmp"
	"fmt"
	"strings"
)

// Slug names the kind of machine for folders and benchmark configuration:
// processor, usable CPUs and hypervisor, such as "amd-epyc-2cpu-kvm". It is stable from
// run to run and says nothing of whose machine it is.
func (c *Claims) Slug() string {
	cpus := len(c.Topology.Usable())
	words := []string{c.Identity.Name, fmt.Sprintf("%dcpu", cpus), c.Identity.Hypervisor}
	if c.Identity.Name == "" {
		words[0] = cmp.Or(c.Identity.Arch, "unknown")
	}
	return slug(strings.Join(words, " "))
}

// noise is what processor names say without telling processors apart.
var noise = strings.NewReplacer("(r)", "", "(tm)", "", "processor", "", " cpu ", " ", "@", " ")

// slug keeps letters and digits in lower case and puts one hyphen between words.
func slug(s string) string {
	var words []string
	for _, word := range strings.FieldsFunc(noise.Replace(strings.ToLower(s)), func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '.')
	}) {
		words = append(words, strings.Trim(word, "."))
	}
	return strings.Join(words, "-")
}
