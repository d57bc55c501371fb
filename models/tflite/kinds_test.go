package tflite

import "testing"

// TestString requires a name or a number for every kind and type.
func TestString(t *testing.T) {
	for want, got := range map[string]string{
		"operator 1000": Kind(1000).String(),
		"type 99":       Type(99).String(),
		"type -1":       Type(-1).String(),
		"resource":      Type(13).String(),
	} {
		t.Run(want, func(t *testing.T) {
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
