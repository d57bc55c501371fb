package shape

import "testing"

// TestText requires commas between the sizes, and brackets for a single number too.
func TestText(t *testing.T) {
	for want, sizes := range map[string][]int{"[]": nil, "[7]": {7}, "[3, 2, 0]": {3, 2, 0}} {
		if got := Text(sizes); got != want {
			t.Errorf("%v: got %s, want %s", sizes, got, want)
		}
	}
}
