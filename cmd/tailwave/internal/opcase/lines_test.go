package opcase

import (
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
)

// TestScanLines: lines come with their numbers, without empty ones, and without the text of those above the limit.
func TestScanLines(t *testing.T) {
	const limit = 100_000 // longer than the buffer of the reader
	in := "a\n\n" + strings.Repeat("x", limit+1) + "\nb\n" + strings.Repeat("y", limit-1) + "\nc"
	var got []string
	scanLines(iotest.HalfReader(strings.NewReader(in)), limit, func(l inputLine) bool {
		got = append(got, fmt.Sprint(l.number, len(l.text), l.tooLong, l.err))
		return true
	})
	want := "1 1 false <nil>|3 0 true <nil>|4 1 false <nil>|5 99999 false <nil>|6 1 false <nil>"
	if strings.Join(got, "|") != want {
		t.Errorf("got %s, want %s", strings.Join(got, "|"), want)
	}
}
