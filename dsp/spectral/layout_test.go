package spectral

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// TestLayout compares the closed forms with counting.
func TestLayout(t *testing.T) {
	for _, l := range []FrameLayout{
		{Size: 16, Hop: 4}, {Size: 16, Hop: 1}, {Size: 16, Hop: 16},
		{Size: 8, Hop: 2, Up: 3, Down: 2}, {Size: 8, Hop: 2, Up: 2, Down: 7}, {Size: 16, Hop: 4, Up: 16, Down: 10},
		{Size: 4, Hop: 1, Up: 1, Down: 9}, {Size: 16, Hop: 2, Up: 31, Down: 1},
		{Size: 16, Hop: 4, Reflect: true, Left: 6, Right: 6}, {Size: 16, Hop: 5, Reflect: true, Left: 8, Right: 8},
		{Size: 16, Hop: 3, Reflect: true}, {Size: 8, Hop: 3, Reflect: true, Left: 8, Right: 1},
		{Size: 32, Window: 20, Hop: 5, Reflect: true, Left: 3, Right: 30},
		{Size: 16, Hop: 9, Reflect: true, Left: 16, Right: 16}, {Size: 64, Hop: 17, Reflect: true, Left: 64, Right: 64},
	} {
		t.Run(fmt.Sprintf("%+v", l), func(t *testing.T) {
			c, err := l.check()
			if err != nil {
				t.Fatal(err)
			}
			compareCounts(t, c)
			comparePlaces(t, c)
		})
	}
}

// compareCounts compares the counts of frames after n samples with counting.
func compareCounts(t *testing.T, l FrameLayout) {
	t.Helper()
	held := 0
	for n := int64(0); n < 4000; n++ {
		out := int64(0)
		for l.start(out)+int64(l.Size) <= n && (!l.Reflect || n > int64(l.Left)) {
			out++
		}
		if got := l.complete(n); got != out && n > 0 { // a stream that never began emits nothing
			t.Fatalf("%d samples complete %d frames, want %d", n, got, out)
		}
		held = max(held, int(n*int64(l.Up)/(int64(l.Down)*int64(l.Hop))-out))
		if frames := l.frames(n); out > frames && n >= int64(l.minSamples()) {
			t.Fatalf("%d frames are complete with %d samples, want at most all frames, %d", out, n, frames)
		}
		for _, more := range []int64{0, 1, 2, 9, 100} {
			if got, least := int64(l.maxFrames(int(more))), l.frames(n+more)-out; got < least {
				t.Fatalf("%d samples after %d have at most %d frames, want at least %d", more, n, got, least)
			}
		}
	}
	if held != l.latency() {
		t.Errorf("latency %d, want %d by counting", l.latency(), held)
	}
}

// comparePlaces checks the positions of frames.
func comparePlaces(t *testing.T, l FrameLayout) {
	t.Helper()
	r := float64(l.Up) / float64(l.Down)
	for m := range int64(50) {
		got, want := float64(l.start(m))+float64(l.Size)/2, float64(m*int64(l.Hop)+l.middle())/r
		if math.Abs(got-want) > 0.5 {
			t.Fatalf("the middle of frame %d is at %v, want %v to the nearest sample", m, got, want)
		}
	}
	for n := int64(1); n < 100; n++ {
		if got, want := l.samples(n), int64(math.Ceil(float64(n)*float64(l.Up)/float64(l.Down))); got != want {
			t.Fatalf("%d samples become %d, want %d", n, got, want)
		}
		if l.Reflect {
			continue
		}
		// Size/Hop frames overlap at the last sample of the result, as at every other sample.
		last, at := (l.frames(n)-1)*int64(l.Hop)+int64(l.Hop-l.Size), l.samples(n)-1
		if last > at || last <= at-int64(l.Hop) {
			t.Fatalf("%d samples: the last frame starts at %d, want it in the %d samples up to %d", n, last, l.Hop, at)
		}
	}
}

func TestLayoutErrors(t *testing.T) {
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
		t.Run(want, func(t *testing.T) {
			errs := map[string]error{"NewSTFT": second(NewSTFT(l)), "NewSpectra": second(NewSpectra(l))}
			for name, err := range errs {
				if err == nil || !strings.HasPrefix(err.Error(), want) {
					t.Errorf("%s: error %v, want it to begin with %q", name, err, want)
				}
			}
		})
	}
}

// TestSizeFor compares with the power of two nearest to 46 milliseconds.
func TestSizeFor(t *testing.T) {
	for rate, want := range map[int]int{
		1000: 64, 8000: 512, 11025: 512, 16000: 1024, 22050: 1024, 24000: 1024,
		32000: 2048, 44100: 2048, 48000: 2048, 96000: 4096, 192000: 4096, 768000: 4096,
	} {
		t.Run(fmt.Sprintf("%d Hz", rate), func(t *testing.T) {
			if got := SizeFor(rate); got != want {
				t.Errorf("size %d, want %d", got, want)
			}
		})
	}
}
