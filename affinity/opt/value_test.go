package opt_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"cachelab/affinity/opt"
)

type machine struct {
	Ways opt.Value[int]     `json:"ways"`
	Size opt.Value[int]     `json:"size_bytes,omitzero"`
	Load opt.Value[float64] `json:"load,omitzero"`
}

func TestJSON(t *testing.T) {
	for _, m := range []machine{
		{},
		{Ways: opt.Some(0)},
		{Ways: opt.Some(8), Size: opt.Some(32768), Load: opt.Some(0.0)},
	} {
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var got machine
		if err := json.Unmarshal(b, &got); err != nil || got != m {
			t.Errorf("%+v became %s and then %+v, error %v", m, b, got, err)
		}
	}
	got := machine{Ways: opt.Some(3)}
	if err := json.Unmarshal([]byte(`{"ways":null}`), &got); err != nil || got != (machine{}) {
		t.Errorf("null was read as %+v, error %v; want unknown", got, err)
	}
	if err := json.Unmarshal([]byte(`{"ways":"eight"}`), &got); err == nil || got != (machine{}) {
		t.Errorf("a text was read as %+v, error %v; want unknown and an error", got, err)
	}
}

func Example() {
	type cache struct {
		Size opt.Value[int] `json:"size_bytes"`
		Ways opt.Value[int] `json:"ways"`
	}
	b, _ := json.Marshal(cache{Size: opt.Some(32768)})
	fmt.Println(string(b))

	var c cache
	fmt.Println(c.Size, c.Size.Or(4096))
	// Output:
	// {"size_bytes":32768,"ways":null}
	// ? 4096
}
