package pcm

import (
	"slices"
	"testing"
)

// g711Values returns the 128 magnitudes of G.711 in the order of their codes, computed as its tables define them: each
// is in the middle between two decision values. widths are the distances of decision values, with their numbers.
func g711Values(scale int, widths [][2]int) []int {
	var values []int
	low := 0
	for _, w := range widths {
		for range w[1] {
			values = append(values, (2*low+w[0])*scale/2)
			low += w[0]
		}
	}
	return values
}

// TestG711 decodes all codes.
func TestG711(t *testing.T) {
	aLaw := g711Values(8, [][2]int{{2, 32}, {4, 16}, {8, 16}, {16, 16}, {32, 16}, {64, 16}, {128, 16}})
	muLaw := g711Values(4, [][2]int{{1, 1}, {2, 15}, {4, 16}, {8, 16}, {16, 16}, {32, 16}, {64, 16}, {128, 16}, {256, 16}})
	muLaw[0] = 0 // the value next to a decision value at 0
	for _, c := range []struct {
		name   string
		decode func([]int16, []byte) int
		values []int
		plus0  byte // the code of the smallest positive value
		invert byte
	}{
		{"A-law", DecodeALaw, aLaw, 0x80, 0x55},
		{"mu-law", DecodeMuLaw, muLaw, 0x00, 0xFF},
	} {
		t.Run(c.name, func(t *testing.T) {
			if len(c.values) != 128 {
				t.Fatalf("magnitudes: got %d, want 128", len(c.values))
			}
			for n, v := range c.values {
				src := []byte{(c.plus0 | byte(n)) ^ c.invert, (c.plus0 ^ 0x80 | byte(n)) ^ c.invert}
				got := make([]int16, 2)
				c.decode(got, src)
				if want := []int16{int16(v), int16(-v)}; !slices.Equal(got, want) {
					t.Errorf("codes %#x: got %d, want %d", src, got, want)
				}
			}
		})
	}
}

// TestG711Known has codes with known samples: the ends of the range, and silence.
func TestG711Known(t *testing.T) {
	for _, c := range []struct {
		name   string
		decode func([]int16, []byte) int
		src    []byte
		want   []int16
	}{
		{"A-law", DecodeALaw, []byte{0x55, 0xD5, 0x2A, 0xAA, 0x00, 0xFF}, []int16{-8, 8, -32256, 32256, -5504, 848}},
		{"mu-law", DecodeMuLaw, []byte{0xFF, 0x7F, 0x00, 0x80, 0xF0, 0x55}, []int16{0, 0, -32124, 32124, 120, -716}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := make([]int16, len(c.src))
			if n := c.decode(got, c.src); n != len(c.src) || !slices.Equal(got, c.want) {
				t.Errorf("got %d samples %d, want %d: %d", n, got, len(c.src), c.want)
			}
		})
	}
}

// TestG711Lengths: the number of samples is that of the shorter slice, and nothing else is written.
func TestG711Lengths(t *testing.T) {
	for name, decode := range map[string]func([]int16, []byte) int{"A-law": DecodeALaw, "mu-law": DecodeMuLaw} {
		t.Run(name, func(t *testing.T) {
			for _, c := range [][3]int{{0, 0, 0}, {3, 0, 0}, {0, 3, 0}, {2, 5, 2}, {5, 2, 2}, {4, 4, 4}} {
				dst := slices.Repeat([]int16{guard}, c[0]+1)
				if n := decode(dst[:c[0]], make([]byte, c[1])); n != c[2] {
					t.Errorf("%d samples, %d bytes: got %d, want %d", c[0], c[1], n, c[2])
				}
				if rest := dst[c[2]:]; !slices.Equal(rest, slices.Repeat([]int16{guard}, len(rest))) {
					t.Errorf("%d samples, %d bytes: got %d after the samples, want them untouched", c[0], c[1], rest)
				}
			}
		})
	}
}
