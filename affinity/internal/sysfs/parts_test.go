package sysfs

import "testing"

// The designs of chips that hold two or three kinds, by the numbers that their /proc/cpuinfo
// shows; a design that is not in the table is called by its numbers.
func TestPartNamesOfChips(t *testing.T) {
	for _, c := range []struct {
		chip              string
		implementer, part int
		want              string
	}{
		{"Exynos 5422", 0x41, 0xc07, "Cortex-A7"}, {"Exynos 5422", 0x41, 0xc0f, "Cortex-A15"}, {"MT6595", 0x41, 0xc0e, "Cortex-A17"},
		{"Juno", 0x41, 0xd03, "Cortex-A53"}, {"Juno", 0x41, 0xd07, "Cortex-A57"}, {"MT8173", 0x41, 0xd08, "Cortex-A72"}, {"Kirin 960", 0x41, 0xd09, "Cortex-A73"},
		{"MT6799", 0x41, 0xd04, "Cortex-A35"}, {"Exynos 9820", 0x41, 0xd05, "Cortex-A55"}, {"Exynos 9820", 0x41, 0xd0a, "Cortex-A75"}, {"RK3588", 0x41, 0xd0b, "Cortex-A76"},
		{"Dimensity 1000", 0x41, 0xd0d, "Cortex-A77"}, {"Exynos 2100", 0x41, 0xd41, "Cortex-A78"}, {"Exynos 2100", 0x41, 0xd44, "Cortex-X1"},
		{"Dimensity 9000", 0x41, 0xd46, "Cortex-A510"}, {"Dimensity 9000", 0x41, 0xd47, "Cortex-A710"}, {"Dimensity 9000", 0x41, 0xd48, "Cortex-X2"},
		{"Tensor G3", 0x41, 0xd4d, "Cortex-A715"}, {"Tensor G3", 0x41, 0xd4e, "Cortex-X3"}, {"Tensor G4", 0x41, 0xd80, "Cortex-A520"}, {"Tensor G4", 0x41, 0xd81, "Cortex-A720"},
		{"Tensor G4", 0x41, 0xd82, "Cortex-X4"}, {"Dimensity 9400", 0x41, 0xd85, "Cortex-X925"}, {"Tensor G5", 0x41, 0xd87, "Cortex-A725"},
		{"M1", 0x61, 0x022, "Icestorm"}, {"M1", 0x61, 0x023, "Firestorm"}, {"M1 Pro", 0x61, 0x024, "Icestorm"}, {"M1 Pro", 0x61, 0x025, "Firestorm"},
		{"M1 Max", 0x61, 0x028, "Icestorm"}, {"M1 Max", 0x61, 0x029, "Firestorm"}, {"M2", 0x61, 0x032, "Blizzard"}, {"M2", 0x61, 0x033, "Avalanche"},
		{"Snapdragon 835", 0x51, 0x800, "Kryo 2xx Gold"}, {"Snapdragon 835", 0x51, 0x801, "Kryo 2xx Silver"}, {"Snapdragon 845", 0x51, 0x802, "Kryo 3xx Gold"},
		{"Snapdragon 845", 0x51, 0x803, "Kryo 3xx Silver"}, {"Snapdragon 855", 0x51, 0x804, "Kryo 4xx Gold"}, {"Snapdragon 855", 0x51, 0x805, "Kryo 4xx Silver"},
		{"8cx Gen 3", 0x41, 0xd4b, "Cortex-A78C"}, {"Dimensity 9500", 0x41, 0xd8c, "C1-Ultra"}, {"Dimensity 9500", 0x41, 0xd90, "C1-Premium"}, {"Dimensity 9500", 0x41, 0xd8b, "C1-Pro"},
		{"an unknown one", 0x51, 0x8ff, "part 0x8ff of implementer 0x51"},
	} {
		if got := partName(c.implementer, c.part); got != c.want {
			t.Errorf("%s, part %#x: %q, want %q", c.chip, c.part, got, c.want)
		}
	}
}
