package kernel

import (
	"fmt"
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
		t.Run(fmt.Sprintf("%q of %v", c.name, c.levels), func(t *testing.T) {
			l, err := choose(c.name, c.levels)
			if l != c.want {
				t.Errorf("got level %v, want %v", l, c.want)
			}
			if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("got error %v, want %q in it", err, c.err)
			}
		})
	}
}

// TestLevels: the levels begin with the one that every machine has.
func TestLevels(t *testing.T) {
	if l := Levels(); l[0] != Generic {
		t.Errorf("got %v, want %v first", l, Generic)
	}
}
