package ratio

import (
	"math"
	"testing"
)

// TestDivision compares with division in float64, which is exact for numbers this small.
func TestDivision(t *testing.T) {
	for a := int64(-50); a <= 50; a++ {
		for b := int64(1); b <= 12; b++ {
			if got, want := FloorDiv(a, b), int64(math.Floor(float64(a)/float64(b))); got != want {
				t.Errorf("FloorDiv(%d, %d) = %d, want %d", a, b, got, want)
			}
			if got, want := CeilDiv(a, b), int64(math.Ceil(float64(a)/float64(b))); got != want {
				t.Errorf("CeilDiv(%d, %d) = %d, want %d", a, b, got, want)
			}
			for up := int64(1); up < 9 && a >= 0; up++ {
				if got, want := FloorMul(a, up, b), FloorDiv(a*up, b); got != want {
					t.Errorf("FloorMul(%d, %d, %d) = %d, want %d", a, up, b, got, want)
				}
				if got, want := CeilMul(a, up, b), CeilDiv(a*up, b); got != want {
					t.Errorf("CeilMul(%d, %d, %d) = %d, want %d", a, up, b, got, want)
				}
			}
		}
	}
}

// TestLarge shows that products beyond 63 bits do not overflow.
func TestLarge(t *testing.T) {
	const n = math.MaxInt64 / 160
	if got, want := FloorMul(n, 160, 147), n/147*160+n%147*160/147; got != int64(want) || got < n {
		t.Errorf("FloorMul of a large count = %d, want %d", got, int64(want))
	}
	if got := LCM(1<<40, 1<<40+1); got != math.MaxInt64 {
		t.Errorf("LCM beyond 63 bits = %d, want MaxInt64", got)
	}
	if got := LCM(12, 18); got != 36 {
		t.Errorf("LCM(12, 18) = %d, want 36", got)
	}
	if up, down := Reduce(96000, 44100); up != 320 || down != 147 {
		t.Errorf("Reduce(96000, 44100) = %d/%d, want 320/147", up, down)
	}
}
