package spectral

import (
	"math"
	"strings"
	"testing"
)

// TestLayout compares the closed forms with counting.
func TestLayout(t *testing.T) {
	for _, l := range []FrameLayout{
		{Size: 16, Hop: 4}, {Size: 16, Hop: 1}, {Size: 16, Hop: 16}, {Size: 8, Hop: 2, Up: 3, Down: 2}, {Size: 8, Hop: 2, Up: 2, Down: 7},
		{Size: 16, Hop: 4, Up: 16, Down: 10}, {Size: 4, Hop: 1, Up: 1, Down: 9}, {Size: 16, Hop: 2, Up: 31, Down: 1},
		{Size: 16, Hop: 4, Reflect: true, Left: 6, Right: 6}, {Size: 16, Hop: 5, Reflect: true, Left: 8, Right: 8},
		{Size: 16, Hop: 3, Reflect: true}, {Size: 8, Hop: 3, Reflect: true, Left: 8, Right: 1}, {Size: 32, Window: 20, Hop: 5, Reflect: true, Left: 3, Right: 30},
	} {
		c, err := l.check()
		if err != nil {
			t.Fatal(err)
		}
		lag := 0
		for n := int64(0); n < 4000; n++ {
			out := int64(0)
			for c.start(out)+int64(c.Size) <= n && (!c.Reflect || n > int64(c.Left)) {
				out++
			}
			lag = max(lag, int(n*int64(c.Up)/(int64(c.Down)*int64(c.Hop))-out))
			if frames := c.frames(n); out > frames && n >= int64(c.minSamples()) {
				t.Fatalf("%+v: %d frames are complete with %d samples, of %d", l, out, n, frames)
			}
		}
		if lag != c.lag() {
			t.Errorf("%+v: lag %d, counted %d", l, c.lag(), lag)
		}
		r := float64(c.Up) / float64(c.Down)
		for m := range int64(50) {
			if middle := float64(c.start(m)) + float64(c.Size)/2; math.Abs(middle-float64(m*int64(c.Hop)+c.middle())/r) > 0.5 {
				t.Fatalf("%+v: the middle of frame %d is at %v", l, m, middle)
			}
		}
		for n := int64(1); n < 100; n++ {
			if got, want := c.samples(n), int64(math.Ceil(float64(n)*float64(c.Up)/float64(c.Down))); got != want {
				t.Fatalf("%+v: %d samples become %d, want %d", l, n, got, want)
			}
			if !c.Reflect { // the last sample of the result lies under as many frames as any
				last := (c.frames(n)-1)*int64(c.Hop) + int64(c.Hop-c.Size)
				if at := c.samples(n) - 1; last > at || last <= at-int64(c.Hop) {
					t.Fatalf("%+v: %d samples, the last frame starts at %d of %d", l, n, last, at)
				}
			}
		}
	}
}

func TestLayoutRefuses(t *testing.T) {
	for want, l := range map[string]FrameLayout{
		"transform size is 12":     {Size: 12, Hop: 4},
		"transform size is 2":      {Size: 2, Hop: 1},
		"transform size is 131072": {Size: 1 << 17, Hop: 4},
		"window is 17":             {Size: 16, Window: 17, Hop: 4},
		"window is -1":             {Size: 16, Window: -1, Hop: 4},
		"hop is 0":                 {Size: 16},
		"hop is 17":                {Size: 16, Hop: 17, Reflect: true},
		"hop is 5":                 {Size: 16, Hop: 5},
		"stretch is -1":            {Size: 16, Hop: 4, Up: -1, Down: 1},
		"stretch is 0":             {Size: 16, Hop: 4, Up: 1},
		"stretch is 2":             {Size: 16, Hop: 4, Up: 2, Down: 1, Reflect: true},
		"stretch is 1/16777217":    {Size: 16, Hop: 4, Up: 1, Down: 1<<24 + 1},
		"stretch is 268435457/2":   {Size: 16, Hop: 4, Up: 1<<28 + 1, Down: 2},
		"left padding is 17":       {Size: 16, Hop: 4, Reflect: true, Left: 17},
		"right padding is -1":      {Size: 16, Hop: 4, Reflect: true, Right: -1},
		"padding is 3":             {Size: 16, Hop: 4, Right: 3},
	} {
		for _, err := range []error{second(NewSTFT(l)), second(NewSpectra(l))} {
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%+v: %v, want %q", l, err, want)
			}
		}
	}
	for want, c := range map[string][2]int{
		"transform size is 8192": {8192, 2048}, "hop is 512": {1024, 512}, "hop is 0": {1024, 0}, "hop is 3": {16, 3}, "transform size is 48": {48, 12},
	} {
		if _, err := NewSynthesis(c[0], c[1], 0, 0); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v: %v, want %q", c, err, want)
		}
	}
}

func second[T any](_ T, err error) error { return err }
