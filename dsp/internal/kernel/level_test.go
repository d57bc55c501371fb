package kernel

import (
	"strings"
	"testing"
)

func TestChoose(t *testing.T) {
	some := []Level{Generic, AVX2}
	for _, c := range []struct {
		name   string
		levels []Level
		want   Level
		err    string
	}{
		{"", some, AVX2, ""},
		{"", []Level{Generic}, Generic, ""},
		{"generic", some, Generic, ""},
		{"avx2", some, AVX2, ""},
		{"avx512", some, Generic, "cannot run, must be one of generic, avx2"},
		{"AVX2", some, Generic, `is "AVX2", must be one of generic, avx2, avx512`},
		{"sse", some, Generic, "must be one of"},
	} {
		l, err := choose(c.name, c.levels)
		if l != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("choose(%q, %v) = %v, %v; want %v, %s", c.name, c.levels, l, err, c.want, c.err)
		}
	}
	if l := Levels(); l[0] != Generic {
		t.Errorf("levels %v do not begin with the one every machine has", l)
	}
}
