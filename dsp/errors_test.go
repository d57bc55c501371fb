package dsp_test

import (
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// TestListText requires commas between the numbers, and brackets for a single number too. An ArgError uses them.
func TestListText(t *testing.T) {
	for want, list := range map[string][]int{"[]": nil, "[7]": {7}, "[3, 2, 0]": {3, 2, 0}} {
		if got := dsp.ListText(list); got != want {
			t.Errorf("%v: got %s, want %s", list, got, want)
		}
		if got, want := dsp.NewArgError("x", list, "empty").Error(), "x is "+want+", must be empty"; got != want {
			t.Errorf("%v: got %q, want %q", list, got, want)
		}
	}
}
