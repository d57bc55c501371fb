package command

import (
	"regexp"
	"testing"
)

// TestVersion: one line tells the versions of the program and of Go, the platform and the kernels.
func TestVersion(t *testing.T) {
	want := regexp.MustCompile(`^tailwave \S+ go\S+ \w+/\w+ (generic|avx2|avx512)\n$`)
	if got := must(t, nil, "version").out; !want.MatchString(got) {
		t.Errorf("got %q, want a match of %s", got, want)
	}
}
