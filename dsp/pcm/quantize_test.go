package pcm

import (
	"fmt"
	"math"
	"testing"
)

// TestQuantizeOddWidths has widths that no format uses. A width out of range counts as the nearest one in range.
func TestQuantizeOddWidths(t *testing.T) {
	for _, c := range []struct {
		x    float32
		bits int
		want int32
	}{{1, 1, 0}, {-1, 1, -1}, {0.5, 12, 1024}, {1, 20, 1<<19 - 1}, {-1, 0, -1}, {-1, 99, math.MinInt32}, {-1, -5, -1}} {
		t.Run(fmt.Sprintf("%v in %d bits", c.x, c.bits), func(t *testing.T) {
			if got, _ := Quantize(c.x, c.bits); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestQuantizeNaN(t *testing.T) {
	if v, clipped := Quantize(math.Float32frombits(0xFFC12345), 16); v != 0 || clipped {
		t.Errorf("got %d, clipped %v; want 0, clipped false", v, clipped)
	}
}
