package resample

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// TestSlice compares Slice with a stream in random chunks.
func TestSlice(t *testing.T) {
	for _, rates := range [][2]int{
		{44100, 48000}, {48000, 44100}, {44100, 88200}, {7000, 1000}, {44100, 44101}, {192000, 1000}, {48000, 48000},
	} {
		for _, channels := range []int{1, 2, 5} {
			for _, workers := range []int{0, 3} {
				t.Run(fmt.Sprintf("%s, %d channels, %d workers", pair(rates), channels, workers), func(t *testing.T) {
					rng := rand.New(rand.NewPCG(8, 9))
					var options []dsp.Option
					if workers > 0 {
						options = append(options, dsp.WithWorkers(serial(workers)))
					}
					for _, n := range []int{1, 2, 147, 3001} {
						src := dsptest.Noise[float32](uint64(n), n*channels)
						kept := slices.Clone(src)
						got, err := Slice(src, rates[0], rates[1], channels, options...)
						if err != nil {
							t.Fatal(err)
						}
						frames := int(ratio.CeilMul(int64(n), int64(rates[1]), int64(rates[0])))
						if len(got) != frames*channels {
							t.Errorf("%d frames: got %d values, want %d frames of %d", n, len(got), frames, channels)
						}
						if want := chunked(t, rng, src, rates, channels); !slices.Equal(got, want) {
							t.Errorf("%d frames: got %d values that differ at %d, want the %d of a stream", n, len(got),
								dsptest.FirstDifference(got, want), len(want))
						}
						for i := range got {
							got[i] = 42
						}
						if !slices.Equal(src, kept) {
							t.Errorf("%d frames: the input has changed with the result, want a slice of its own", n)
						}
					}
				})
			}
		}
	}
}

// chunked converts a stream of Best quality in random chunks.
func chunked(t *testing.T, rng *rand.Rand, src []float32, rates [2]int, channels int) (out []float32) {
	t.Helper()
	r := newConverter(t, rates, channels, Filter{Quality: Best})
	for _, n := range dsptest.RandomSplit(rng, len(src)/channels, 1000) {
		out = r.Process(out, src[:n*channels])
		src = src[n*channels:]
	}
	return r.Flush(out)
}

// TestSliceOfNothing: an input without frames becomes an output without frames.
func TestSliceOfNothing(t *testing.T) {
	for _, rates := range [][2]int{{44100, 48000}, {192000, 1000}, {48000, 48000}} {
		for name, in := range map[string][]float32{"nil": nil, "empty": {}} {
			t.Run(pair(rates)+", "+name, func(t *testing.T) {
				if got, err := Slice(in, rates[0], rates[1], 2); len(got) != 0 || err != nil {
					t.Errorf("got %d values and error %v, want none", len(got), err)
				}
			})
		}
	}
}

// TestSliceBits: equal rates keep every bit.
func TestSliceBits(t *testing.T) {
	src := patternFrames(100, 3)
	got, err := Slice(src, 44100, 44100, 3)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(sampleBits(got), sampleBits(src)) {
		t.Error("got other bits than those of the input, want the same")
	}
}

// TestSliceAllocatesOnce: the result has no spare capacity, and it never grows, which would copy it.
func TestSliceAllocatesOnce(t *testing.T) {
	for _, rates := range [][2]int{{44100, 48000}, {48000, 44100}, {192000, 1000}, {48000, 48000}} {
		t.Run(pair(rates), func(t *testing.T) {
			got, err := Slice(make([]float32, 2*5000), rates[0], rates[1], 2)
			if err != nil {
				t.Fatal(err)
			}
			if cap(got) != len(got) {
				t.Errorf("got room for %d values, want %d", cap(got), len(got))
			}
		})
	}
}

func TestSliceRejects(t *testing.T) {
	for _, c := range []struct {
		name                       string
		values, from, to, channels int
		arg                        string
	}{
		{"part of a frame", 7, 44100, 48000, 2, "input length"},
		{"part of a frame, equal rates", 7, 48000, 48000, 2, "input length"},
		{"less than a frame", 1, 44100, 48000, 2, "input length"},
		{"no channels", 8, 44100, 48000, 0, "channels"},
		{"no channels, equal rates", 8, 48000, 48000, 0, "channels"},
		{"negative channels", 8, 44100, 48000, -1, "channels"},
		{"too many channels", 0, 44100, 48000, 131073, "channels"},
		{"input rate 0", 8, 0, 48000, 2, "sample rate"},
		{"output rate 0", 8, 48000, 0, 2, "sample rate"},
		{"equal rates of 0", 8, 0, 0, 2, "sample rate"},
		{"no frames, output rate 0", 0, 48000, 0, 2, "sample rate"},
		{"1024 times the rate", 8, 1, 1024, 2, "output rate"},
		{"a 1024th of the rate", 8, 1024, 1, 2, "output rate"},
		{"a term above 2^24", 8, 1<<24 + 1, 1 << 24, 2, "ratio"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Slice(make([]float32, c.values), c.from, c.to, c.channels)
			checkArgError(t, err, c.arg)
			if got != nil {
				t.Errorf("got %d values, want nil", len(got))
			}
		})
	}
}

// TestOutFramesOfRates: OutFrames returns the number of frames of a conversion, rounded up, without overflow.
func TestOutFramesOfRates(t *testing.T) {
	for _, c := range []struct {
		n        int64
		from, to int
		want     int64
	}{
		{0, 44100, 48000, 0}, {1, 44100, 48000, 2}, {1, 48000, 44100, 1}, {441, 44100, 48000, 480}, {5, 8000, 8000, 5},
		{1 << 52, 44100, 768000, 78430034326996393},
	} {
		t.Run(fmt.Sprintf("%d from %d to %d", c.n, c.from, c.to), func(t *testing.T) {
			if got := OutFrames(c.n, c.from, c.to); got != c.want {
				t.Errorf("got %d frames, want %d", got, c.want)
			}
		})
	}
}
