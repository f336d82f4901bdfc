package view

import (
	"cachelab/cachelines/card"
	"cachelab/internal/format"
)

// Fact is one volatile fact, in words.
type Fact struct{ Name, Value string }

// VolatileFacts lists what is known of the run conditions.
func VolatileFacts(v *card.Volatile) []Fact {
	if v == nil {
		return nil
	}
	var f []Fact
	add := func(name, value string) {
		if value = format.OneLine(value); value != "" {
			f = append(f, Fact{name, value})
		}
	}
	add("date", v.Date)
	add("commit", v.Commit)
	add("kernel", v.Kernel)
	if x, ok := v.Load1.Get(); ok {
		add("load", format.Ratio(x))
	}
	if x, ok := v.StealShare.Get(); ok {
		add("steal", format.Percent(x))
	}
	if x, ok := v.Throttled.Get(); ok {
		add("throttled", format.Digits(x)+" s")
	}
	add("governor", v.Governor)
	add("huge pages", v.HugePages)
	if v.PageBytes > 0 {
		add("page", format.Bytes(v.PageBytes))
	}
	return f
}
