package dsp_test

import (
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

var (
	_ dsp.Processor = (*dsp.Upsampler[float32])(nil)
	_ dsp.Processor = (*dsp.Resampler)(nil)
)

func TestDecimatorContract(t *testing.T) {
	for _, c := range [][2]int{{1, 1}, {2, 3}, {7, 2}, {400, 1}} {
		factor, channels := c[0], c[1]
		dsptest.Check(t, dsptest.Contract[float32]{
			New: func() dsptest.Streamer[float32] {
				d, err := dsp.NewDecimator(factor, channels)
				if err != nil {
					t.Fatal(err)
				}
				return d
			},
			OneShot: func(src []float32) (out []float32) {
				for i := 0; i < len(src)/channels; i++ {
					if i%factor == 0 {
						out = append(out, src[i*channels:(i+1)*channels]...)
					}
				}
				return out
			},
			Frames: 300,
			Blocks: []int{factor},
		})
	}
	for _, c := range [][2]int{{0, 1}, {1, 0}} {
		if _, err := dsp.NewDecimator(c[0], c[1]); err == nil {
			t.Errorf("%v: no error", c)
		}
	}
}

func TestWidenedContract(t *testing.T) {
	g, err := dsp.Geometry{In: 2, Out: 2, Groups: 2, Kernel: 23, Stride: 5, Dilation: 1}.Same(2)
	if err != nil {
		t.Fatal(err)
	}
	filters, bias := dsptest.Noise[float64](1, 23*2), dsptest.Noise[float64](2, 2)
	dsptest.Check(t, dsptest.Contract[float32]{
		New: func() dsptest.Streamer[float32] {
			u, err := dsp.NewUpsampler(g, filters, bias)
			if err != nil {
				t.Fatal(err)
			}
			return dsp.Widen(u)
		},
		OneShot: func(src []float32) []float32 {
			x := make([]float64, len(src))
			for i, v := range src {
				x[i] = float64(v)
			}
			wide, err := dsp.ConvTranspose(g, x, filters, bias)
			if err != nil {
				t.Fatal(err)
			}
			out := make([]float32, len(wide))
			for i, v := range wide {
				out[i] = float32(v)
			}
			return out
		},
		Frames: 600,
		Blocks: []int{23, 5},
	})
}

func TestConvTransposeEvery(t *testing.T) {
	g, err := dsp.Geometry{In: 2, Out: 3, Groups: 1, Kernel: 7, Stride: 4, Dilation: 1}.Same(1)
	if err != nil {
		t.Fatal(err)
	}
	filters, src := dsptest.Noise[float32](1, 7*6), dsptest.Noise[float32](2, 2*50)
	full, err := dsp.ConvTranspose(g, src, filters, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := dsp.ConvTransposeEvery(3, g, src, filters, nil)
	if err != nil {
		t.Fatal(err)
	}
	var want []float32
	for k := 0; k < len(full)/3; k += 3 {
		want = append(want, full[k*3:k*3+3]...)
	}
	if dsptest.FirstDifference(got, want) >= 0 {
		t.Error("not every third frame")
	}
	if _, err := dsp.ConvTransposeEvery(0, g, src, filters, nil); err == nil {
		t.Error("step 0: no error")
	}
}
