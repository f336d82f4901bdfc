package reported

import (
	"cmp"
	"fmt"
	"strings"
)

// Slug names the kind of machine for folders and benchmark configuration:
// processor, usable CPUs and hypervisor, such as "amd-epyc-2cpu-kvm". It is
// stable from run to run and does not say whose machine it is.
func (v *Values) Slug() string {
	words := []string{v.Identity.Name, fmt.Sprintf("%dcpu", len(v.Topology.Usable())), v.Identity.Hypervisor}
	if v.Identity.Name == "" {
		words[0] = cmp.Or(v.Identity.Arch, "unknown")
	}
	return slug(strings.Join(words, " "))
}

// decoration is what processor names say without telling processors apart.
var decoration = strings.NewReplacer("(r)", "", "(tm)", "", "processor", "", " cpu ", " ", "@", " ")

// slug keeps letters and digits in lower case and puts one hyphen between
// words.
func slug(s string) string {
	var words []string
	for _, word := range strings.FieldsFunc(decoration.Replace(strings.ToLower(s)), func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '.')
	}) {
		words = append(words, strings.Trim(word, "."))
	}
	return strings.Join(words, "-")
}
