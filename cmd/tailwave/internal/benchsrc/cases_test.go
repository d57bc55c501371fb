package main

import (
	"slices"
	"strings"
	"testing"
)

func TestParseCases(t *testing.T) {
	got, err := parseCases("48000-16000 96000-48000", "1 8", "steep best")
	want := []benchCase{
		{48000, 16000, 1, "steep"}, {48000, 16000, 1, "best"}, {96000, 48000, 1, "steep"}, {96000, 48000, 1, "best"},
		{48000, 16000, 8, "steep"}, {48000, 16000, 8, "best"}, {96000, 48000, 8, "steep"}, {96000, 48000, 8, "best"},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, error %v, want %v", got, err, want)
	}
	all, err := parseCases(allRates, "1 2 8", "best high steep")
	if err != nil || len(all) != 27*3*3 {
		t.Errorf("all: got %d cases, error %v, want %d", len(all), err, 27*3*3)
	}
	for _, c := range all[:27*3] {
		if _, err := c.converter(); err != nil {
			t.Errorf("%v: got error %v, want a converter", c, err)
		}
	}
}

func TestParseCasesRejects(t *testing.T) {
	for _, test := range []struct{ rates, channels, qualities, want string }{
		{"48000", "1", "best", `rates "48000": want pairs in Hz`},
		{"48000-16000 x-1", "1", "best", `rates "x-1": want pairs in Hz`},
		{"48000-0", "1", "best", `rates "48000-0": want pairs in Hz`},
		{"48000-16000-8000", "1", "best", `rates "48000-16000-8000": want pairs in Hz`},
		{"48000-16000", "0", "best", `channels "0": want numbers from 1 to 64`},
		{"48000-16000", "two", "best", `channels "two": want numbers from 1 to 64`},
		{"48000-16000", "1", "fast", `quality "fast": want best, high or steep`},
		{" ", "1", "best", "no case"},
	} {
		_, err := parseCases(test.rates, test.channels, test.qualities)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q, %q, %q: got error %v, want one with %q",
				test.rates, test.channels, test.qualities, err, test.want)
		}
	}
}
