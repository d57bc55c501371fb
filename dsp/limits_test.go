package dsp_test

import (
	"errors"
	"math"
	"math/big"
	"runtime"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

func wantArgError(t *testing.T, what, arg string, err error) {
	t.Helper()
	var e *dsp.ArgError
	if !errors.As(err, &e) || e.Arg != arg {
		t.Errorf("%s: error %v, want one about %s", what, err, arg)
	}
}

func TestResamplerLimits(t *testing.T) {
	for _, c := range []struct {
		in, out, channels int
		q                 dsp.Quality
		refused           string
	}{
		{1, 1024, 1, dsp.Fast, "output rate"},
		{1024, 1, 1, dsp.Fast, "output rate"},
		{1, 1023, 1, dsp.Fast, ""},
		{1023, 1, 1, dsp.Fast, ""},
		{2, 2047, 1, dsp.Fast, ""},
		{2047, 2, 1, dsp.Fast, ""},
		{1<<24 + 1, 1 << 24, 1, dsp.Fast, "ratio"},
		{1<<24 - 1, 1 << 24, 1, dsp.Fast, ""},
		{768000, 1000, 1024, dsp.Best, "channels"},
		{768000, 1000, 2, dsp.Best, ""},
		{44100, 48000, 131073, dsp.Best, "channels"},
		{44100, 48000, math.MaxInt, dsp.Best, "channels"},
		{math.MaxInt, 1, 1, dsp.Best, "output rate"},
		{1, math.MaxInt, 1, dsp.Best, "output rate"},
		{math.MaxInt, math.MaxInt, 1, dsp.Best, "output rate"},
		{math.MinInt, 1, 1, dsp.Best, "sample rate"},
		{1, 2, 1, -1, "quality"},
		{1, 2, 1, 3, "quality"},
	} {
		r, err := dsp.NewResampler(c.in, c.out, c.channels, c.q, nil)
		if c.refused != "" {
			wantArgError(t, "resampler", c.refused, err)
		} else if err != nil {
			t.Errorf("%+v: %v", c, err)
		} else if up, down := r.Ratio(); up*c.in != down*c.out {
			t.Errorf("%+v: ratio %d/%d", c, up, down)
		}
	}
}

// TestResamplerFrames compares Frames with ceil(n*up/down) in integers of any size.
func TestResamplerFrames(t *testing.T) {
	for _, rates := range [][2]int{{44100, 96000}, {96000, 44100}, {1, 1023}, {1023, 1}, {1<<24 - 1, 1 << 24}, {1 << 24, 1<<24 - 1}} {
		r, err := dsp.NewResampler(rates[0], rates[1], 1, dsp.Fast, nil)
		if err != nil {
			t.Fatal(err)
		}
		up, down := r.Ratio()
		most := math.MaxInt64 / int64(max(up, down))
		for _, n := range []int64{0, 1, 2, 146, 147, 148, 1 << 24, 1<<24 + 1, 1<<35 + 12345, most / 2, most - 1, most} {
			if n > most {
				continue
			}
			want := new(big.Int).Mul(big.NewInt(n), big.NewInt(int64(up)))
			want.Add(want, big.NewInt(int64(down-1)))
			want.Div(want, big.NewInt(int64(down)))
			if got := r.Frames(n); !want.IsInt64() || got != want.Int64() {
				t.Errorf("%v: Frames(%d) = %d, want %v", rates, n, got, want)
			}
		}
	}
}

func TestOneShotLimits(t *testing.T) {
	g := dsp.Geometry{In: 2, Out: 3, Groups: 1, Kernel: 7, Stride: 4, Dilation: 1}
	filters, src := dsptest.Noise[float32](1, 7*6), dsptest.Noise[float32](2, 2*50)
	full, err := dsp.ConvTranspose(g, src, filters, nil)
	if err != nil {
		t.Fatal(err)
	}
	first, err := dsp.ConvTransposeEvery(math.MaxInt, g, src, filters, nil)
	if err != nil || dsptest.FirstDifference(first, full[:3]) >= 0 {
		t.Errorf("step %d gives %d values, %v, want frame 0", math.MaxInt, len(first), err)
	}
	_, err = dsp.ConvTranspose(g, src[:99], filters, nil)
	wantArgError(t, "part of a frame", "input length", err)
	_, err = dsp.ConvTransposeEvery(-1, g, src, filters, nil)
	wantArgError(t, "step -1", "step", err)
	_, err = dsp.ConvTranspose(g, src, filters[1:], nil)
	wantArgError(t, "a filter tap is missing", "filter elements", err)
	_, err = dsp.ConvTranspose(g, src, filters, make([]float32, 2))
	wantArgError(t, "a bias is missing", "bias elements", err)
	g.Right = -1 << 30
	_, err = dsp.ConvTranspose(g, src, filters, nil)
	wantArgError(t, "2^30 frames of 3 channels", "output frames", err)

	r, err := dsp.NewResampler(44100, 48000, 2, dsp.Fast, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.OneShot(src[:99])
	wantArgError(t, "part of a frame", "input length", err)
	if r, err = dsp.NewResampler(44100, 44101, 2, dsp.Fast, nil); err != nil {
		t.Fatal(err)
	}
	_, err = r.Direct(src)
	wantArgError(t, "interpolated filter", "ratio", err)
}

// TestHeldBackLimit: a right trim that holds back too many samples is refused, and before memory is asked for.
func TestHeldBackLimit(t *testing.T) {
	g := dsp.Geometry{In: 1, Out: 4, Groups: 1, Kernel: 3, Stride: 2, Dilation: 1}
	filters := make([]float32, 12)
	for _, c := range []struct {
		right int
		fits  bool
	}{{1 << 20, true}, {1<<26 + 1, false}, {1 << 30, false}} {
		g.Right = c.right
		bytes := allocated(func() {
			u, err := dsp.NewUpsampler(g, filters, nil)
			if !c.fits {
				wantArgError(t, "held back", "right trim", err)
			} else if err != nil {
				t.Error(err)
			} else if u.Lag() != g.Rest() {
				t.Errorf("Lag is %d, want %d", u.Lag(), g.Rest())
			}
		})
		if !c.fits && bytes > 1<<20 {
			t.Errorf("right trim %d: %d bytes allocated for an error", c.right, bytes)
		}
	}
}

// TestWidenLargeStride: what a Widened allocates is in proportion to the samples of a frame.
func TestWidenLargeStride(t *testing.T) {
	const stride = 1 << 20
	g := dsp.Geometry{In: 1, Out: 1, Groups: 1, Kernel: 2, Stride: stride, Dilation: 1}
	bytes := allocated(func() {
		u, err := dsp.NewUpsampler(g, []float64{1, 2}, nil)
		if err != nil {
			t.Fatal(err)
		}
		w := dsp.Widen(u)
		if got := w.Flush(w.Process(nil, []float32{3, 5})); len(got) != stride+2 || got[0] != 3 || got[1] != 6 || got[stride] != 5 || got[stride+1] != 10 {
			t.Errorf("%d samples", len(got))
		}
	})
	if bytes > 64<<20 {
		t.Errorf("%d MiB allocated for a stride of 2^20", bytes>>20)
	}
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
