package cpulist

import (
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	check := func(in string, want []int, wantErr string) {
		t.Helper()
		got, err := Parse(in)
		if wantErr != "" {
			if err == nil || !strings.Contains(err.Error(), wantErr) {
				t.Errorf("%q: got %v, error %v, want %q in the error", in, got, err, wantErr)
			}
			return
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: got %v, error %v, want %v", in, got, err, want)
		}
	}
	check("", nil, "")
	check("\n", nil, "")
	check("0", []int{0}, "")
	check("0-3\n", []int{0, 1, 2, 3}, "")
	check("0,2-3,8", []int{0, 2, 3, 8}, "")
	check("5,1-2,2", []int{1, 2, 5}, "")
	check("1022-1025,8191", []int{1022, 1023, 1024, 1025, 8191}, "")
	check("3-1", nil, "runs backwards")
	check("-1", nil, "want a decimal cpu id")
	check("1,,2", nil, "want a decimal cpu id")
	check("a-b", nil, "want a decimal cpu id")
	check("0-65536", nil, "beyond 65535")
	check(strings.Repeat("0-65535,", 10)+"0", nil, "names more than 65536")
}

func TestParseMask(t *testing.T) {
	check := func(in string, want []int, wantErr string) {
		t.Helper()
		got, err := ParseMask(in)
		if wantErr != "" {
			if err == nil || !strings.Contains(err.Error(), wantErr) {
				t.Errorf("%q: got %v, error %v, want %q in the error", in, got, err, wantErr)
			}
			return
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: got %v, error %v, want %v", in, got, err, want)
		}
	}
	check("", nil, "")
	check("0", nil, "")
	check("3\n", []int{0, 1}, "")
	check("00000000,00000005", []int{0, 2}, "")
	check("1,00000000", []int{32}, "")
	check("80000000,00000000,00000001", []int{0, 95}, "")
	check("1,1", []int{0, 32}, "") // a short word is a small one
	check("ff00000000", []int{32, 33, 34, 35, 36, 37, 38, 39}, "")
	check(strings.Repeat("00000000,", 100)+"00000008", []int{3}, "")
	check("F", []int{0, 1, 2, 3}, "")
	check("g", nil, "no hexadecimal digit")
	check("1,,1", nil, "want comma-separated")
	check("1,123456789", nil, "want comma-separated")
	check(strings.Repeat("ffffffff,", 3000)+"1", nil, "beyond 65535")
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "0-3,8", "65535", "0-65535,0-65535", "1-", "-", "3-1", "0x1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ids, err := Parse(s)
		if err != nil {
			return
		}
		checkIDs(t, ids)
		again, err := Parse(Format(ids))
		if err != nil || !slices.Equal(again, ids) {
			t.Fatalf("%q: %v became %v (%v)", s, ids, again, err)
		}
	})
}

func FuzzParseMask(f *testing.F) {
	for _, s := range []string{"", "3", "00000000,ffffffff", "1,1", "ffffffffffffffff", ",", "g"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ids, err := ParseMask(s)
		if err != nil {
			return
		}
		checkIDs(t, ids)
		again, err := ParseMask(FormatMask(ids))
		if err != nil || !slices.Equal(again, ids) {
			t.Fatalf("%q: %v became %v (%v)", s, ids, again, err)
		}
	})
}

func checkIDs(t *testing.T, ids []int) {
	t.Helper()
	for i, id := range ids {
		if id < 0 || id > MaxID || i > 0 && id <= ids[i-1] {
			t.Fatalf("ids %v are not ascending within 0 to %d", ids, MaxID)
		}
	}
}
