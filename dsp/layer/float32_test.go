package layer_test

import (
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
)

var (
	_ dsp.Processor  = (*layer.Float32Stream)(nil)
	_ dsp.Sizer      = (*layer.Float32Stream)(nil)
	_ dsp.Referencer = (*layer.Float32Stream)(nil)
)

func TestAsFloat32Contract(t *testing.T) {
	same, err := transposed(2, 2, 2, 23, 5, 1).Same(2)
	if err != nil {
		t.Fatal(err)
	}
	long := transposed(2, 1, 1, 4, 3, 2)
	long.Right = -5000
	for _, c := range []struct {
		name    string
		g       layer.TransposeGeometry
		options []layer.Option
	}{
		{"same", same, nil},
		{"same in blocks of 1", same, []layer.Option{layer.MaxBlock(1)}},
		{"thousands of zeros at the end", long, []layer.Option{layer.MaxBlock(7)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			filters, bias := transposeWeights[float64](c.g, 1)
			dsptest.Check(t, dsptest.Contract[float32]{
				New: func() dsptest.Streamer[float32] {
					return layer.AsFloat32(newConvTranspose1D(t, c.g, filters, bias, c.options...))
				},
				Reference: func(src []float32) []float32 {
					return rounded(plainTranspose(c.g, widened(src), filters, bias))
				},
				Frames: 600,
				Blocks: []int{23, 5},
			})
		})
	}
}

// TestAsFloat32LargeStride: a Float32Stream allocates in proportion to the samples of a frame.
func TestAsFloat32LargeStride(t *testing.T) {
	const stride = 1 << 20
	bytes := allocated(func() {
		p := layer.AsFloat32(newConvTranspose1D(t, transposed(1, 1, 1, 2, stride, 1), []float64{1, 2}, nil))
		got := p.Flush(p.Process(nil, []float32{3, 5}))
		if len(got) != stride+2 {
			t.Fatalf("got %d samples, want %d", len(got), stride+2)
		}
		for at, want := range map[int]float32{0: 3, 1: 6, 2: 0, stride: 5, stride + 1: 10} {
			if got[at] != want {
				t.Errorf("sample %d: got %g, want %g", at, got[at], want)
			}
		}
	})
	if bytes > 64<<20 {
		t.Errorf("got %d MiB allocated, want at most 64", bytes>>20)
	}
}

// TestAsFloat32Rounding: sums and the tail stay float64 until a sample is emitted.
func TestAsFloat32Rounding(t *testing.T) {
	for _, chunk := range []int{1, 2} {
		t.Run(fmt.Sprintf("chunks of %d", chunk), func(t *testing.T) {
			u := newConvTranspose1D(t, transposed(1, 1, 1, 2, 1, 1), []float64{1 + 0x1p-40, -1}, nil)
			got := inChunks(layer.AsFloat32(u), []float32{1, 1}, chunk)
			wantSame(t, "the difference that float32 cannot hold", got, []float32{1, 0x1p-40, -1})
		})
	}
}
