package dsp_test

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// splitter is dsp.Workers with a goroutine per part. It remembers the most parts it was asked for.
type splitter struct{ size, most int }

func (s *splitter) Size() int { return s.size }
func (s *splitter) Split(parts int, f func(int)) {
	s.most = max(s.most, parts)
	var wg sync.WaitGroup
	for p := range parts {
		wg.Go(func() { f(p) })
	}
	wg.Wait()
}

var ratePairs = [][2]int{
	{44100, 96000}, {44100, 48000}, {44100, 88200}, {16000, 48000}, {48000, 44100}, {96000, 44100}, {22050, 44100},
	{96000, 48000}, {8000, 11025}, {192000, 1000},
}

// TestResamplerOneShot: a stream has the bits of code that knows no stream, at every level.
func TestResamplerOneShot(t *testing.T) {
	for _, rates := range append([][2]int{{44100, 44101}, {32000, 48000}, {48000, 32000}}, ratePairs...) {
		for _, q := range []dsp.Quality{dsp.Best, dsp.High, dsp.Fast} {
			for _, level := range dsp.Levels() {
				r, err := dsp.NewResamplerAt(level, rates[0], rates[1], 2, q)
				if err != nil {
					t.Fatal(err)
				}
				up, down := r.Ratio()
				for _, n := range []int{1, 2, 301, 4000} {
					src := dsptest.Noise[float32](uint64(n), 2*n)
					want, err := r.OneShot(src)
					if err != nil {
						t.Fatal(err)
					}
					r.Reset()
					got := r.Flush(r.Process(nil, src))
					if i := dsptest.FirstDifference(got, want); i >= 0 {
						t.Errorf("%v %v, %d frames, %v: differs at %d of %d (%d)", rates, q, n, level, i, len(want), len(got))
					}
					if len(got) != 2*((n*up+down-1)/down) {
						t.Errorf("%v: %d frames became %d", rates, n, len(got)/2)
					}
				}
			}
		}
	}
}

func TestResamplerContract(t *testing.T) {
	for _, c := range []struct {
		in, out, channels, frames int
		q                         dsp.Quality
	}{
		{44100, 96000, 1, 1500, dsp.Fast}, {48000, 44100, 3, 1500, dsp.Fast}, {2000, 1000, 2, 1500, dsp.Fast}, {44100, 48000, 4, 1500, dsp.Fast},
		{3000, 2000, 5, 1500, dsp.Fast}, {1000, 3000, 2, 2500, dsp.Best}, {44100, 192000, 1, 2500, dsp.Best},
		{7000, 1000, 1, 6000, dsp.High}, {192, 1, 1, 40000, dsp.Fast}, {44100, 44101, 2, 1500, dsp.Fast}, {44101, 44100, 1, 1500, dsp.Fast}, {100003, 31013, 1, 5000, dsp.Fast},
	} {
		t.Run(fmt.Sprintf("%d to %d, %d channels", c.in, c.out, c.channels), func(t *testing.T) {
			reference, err := dsp.NewResampler(c.in, c.out, c.channels, c.q, nil)
			if err != nil {
				t.Fatal(err)
			}
			dsptest.Check(t, dsptest.Contract[float32]{
				New: func() dsptest.Streamer[float32] {
					r, err := dsp.NewResampler(c.in, c.out, c.channels, c.q, nil)
					if err != nil {
						t.Fatal(err)
					}
					return r
				},
				OneShot: func(src []float32) []float32 {
					out, err := reference.OneShot(src)
					if err != nil {
						t.Fatal(err)
					}
					return out
				},
				Frames:  c.frames,
				Blocks:  []int{reference.Taps()},
				LagRare: reference.Filter() == nil,
				Waits:   true, // for blocks to be complete
			})
		})
	}
}

// TestResamplerWorkers compares the bits for every number of workers, on a block large enough to be divided.
func TestResamplerWorkers(t *testing.T) {
	for _, rates := range [][2]int{{44100, 96000}, {96000, 44100}, {44100, 44101}} {
		for _, channels := range []int{1, 2, 5} {
			src := dsptest.Noise[float32](5, channels*60000)
			var want []float32
			for _, size := range []int{0, 1, 2, 5} {
				s := &splitter{size: size}
				var workers dsp.Workers
				if size > 0 {
					workers = s
				}
				r, err := dsp.NewResampler(rates[0], rates[1], channels, dsp.Best, workers)
				if err != nil {
					t.Fatal(err)
				}
				got := r.Flush(r.Process(nil, src))
				if want == nil {
					want = got
				}
				if i := dsptest.FirstDifference(got, want); i >= 0 {
					t.Errorf("%v, %d channels, %d workers: differs at %d", rates, channels, size, i)
				}
				if size > 1 && s.most != size {
					t.Errorf("%v, %d channels: %d workers, but the largest number of parts was %d", rates, channels, size, s.most)
				}
			}
		}
	}
}

// TestInterpolatedBank compares the two kinds of filter bank where both can be had.
func TestInterpolatedBank(t *testing.T) {
	for _, rates := range [][2]int{{44100, 96000}, {48000, 44100}, {1000, 7000}, {7000, 1000}} {
		src := dsptest.Noise[float32](9, 2500)
		direct, interpolated := dsp.BothBanks(rates[0], rates[1])
		want := direct.Flush(direct.Process(nil, src))
		got := interpolated.Flush(interpolated.Process(nil, src))
		if len(got) != len(want) {
			t.Fatalf("%v: %d frames, want %d", rates, len(got), len(want))
		}
		worst := 0.0
		for i := range got {
			worst = max(worst, math.Abs(float64(got[i])-float64(want[i])))
		}
		if worst > 2.5e-7 { // two last places of float32 near 1; the coefficients themselves are compared inside
			t.Errorf("%v: interpolation differs by %g", rates, worst)
		}
	}
}

func TestResamplerErrors(t *testing.T) {
	for _, c := range [][4]int{{0, 1, 1, 0}, {1, -1, 1, 0}, {44100, 44100, 1, 0}, {44100, 48000, 0, 0}, {44100, 48000, 1, 7}, {1, 2000, 1, 0}, {2000, 1, 1, 0}, {1<<25 + 1, 1 << 25, 1, 0}} {
		if _, err := dsp.NewResampler(c[0], c[1], c[2], dsp.Quality(c[3]), nil); err == nil {
			t.Errorf("%v: no error", c)
		}
	}
	if _, err := dsp.ParseQuality("Best"); err == nil {
		t.Error("quality Best: no error")
	}
}

// TestResamplerNaN: a NaN reaches the blocks that contain its frame, at most the length of two away, and no other channel.
func TestResamplerNaN(t *testing.T) {
	r, err := dsp.NewResampler(44100, 48000, 2, dsp.Fast, nil)
	if err != nil {
		t.Fatal(err)
	}
	src := make([]float32, 2*6000)
	src[2*3000] = float32(math.NaN())
	out := r.Flush(r.Process(nil, src))
	bad := 0
	for k := 0; k < len(out)/2; k++ {
		if out[2*k+1] != 0 {
			t.Fatal("the other channel was touched")
		}
		if out[2*k] != out[2*k] {
			if d := math.Abs(float64(k)/48000 - 3000.0/44100); d > 1024.0/44100 {
				t.Errorf("frame %d is NaN, %g input frames away", k, d*44100)
			}
			bad++
		} else if out[2*k] != 0 {
			t.Fatalf("frame %d of silence is %g", k, out[2*k])
		}
	}
	if bad < 100 || bad > 1200 {
		t.Errorf("%d frames are NaN", bad)
	}
}
