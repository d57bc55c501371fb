package layer_test

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
)

// TestLayerMemory: a legal geometry with a quarter of a million channels and few weights needs memory for its
// channels, not for blocks of them.
func TestLayerMemory(t *testing.T) {
	const wide = 1 << 18
	filters := make([]float32, wide)
	for _, c := range []struct {
		name   string
		create func(t *testing.T) dsp.Processor
	}{
		{"Conv1D", func(t *testing.T) dsp.Processor {
			return newConv1D(t, conv(wide, 1, 1, 1, 1, 1, 0, 0, layer.Zeros), filters, nil).NewStream()
		}},
		{"ConvTranspose1D", func(t *testing.T) dsp.Processor {
			return newConvTranspose1D(t, transposed(wide, 1, 1, 1, 1, 1), filters, nil).NewStream()
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if mib := allocated(func() { c.create(t) }) >> 20; mib > 64 {
				t.Errorf("got %d MiB allocated for %d channels, want at most 64", mib, wide)
			}
		})
	}
}

// TestLongStream: a long stream allocates nothing after its first chunk.
func TestLongStream(t *testing.T) {
	g, err := transposed(1, 1, 1, 5, 2, 1).Same(0)
	if err != nil {
		t.Fatal(err)
	}
	filters, bias := transposeWeights[float32](g, 1)
	doubles, doubleBias := transposeWeights[float64](g, 1)
	src := dsptest.Noise[float32](3, 5000)
	for _, c := range []struct {
		name   string
		p      dsp.Processor
		frames int
	}{
		{"ConvTranspose1D", newConvTranspose1D(t, g, filters, bias).NewStream(), 2_000_000},
		{"AsFloat32", layer.AsFloat32(newConvTranspose1D(t, g, doubles, doubleBias)), 2_000_000},
		{"Conv1D", newConv1D(t, conv(1, 1, 1, 5, 1, 1, 2, 2, layer.Reflect), filters, bias).NewStream(), 2_000_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			dst := c.p.Process(make([]float32, 0, c.p.MaxOutFrames(len(src))), src)
			total, taken := int64(len(dst)), int64(len(src))
			bytes := allocated(func() {
				for ; taken < int64(c.frames); taken += int64(len(src)) {
					dst = c.p.Process(dst[:0], src)
					total += int64(len(dst))
				}
			})
			if bytes > 64<<10 {
				t.Errorf("got %d bytes allocated for %d frames, want at most %d", bytes, taken, 64<<10)
			}
			if total += int64(len(c.p.Flush(dst[:0]))); total != c.p.OutFrames(taken) {
				t.Errorf("got %d frames of %d, want %d", total, taken, c.p.OutFrames(taken))
			}
		})
	}
}

// TestStreamMemory compares the state of Memory with what a new stream allocates: within 3 %, or within 512 bytes for a
// small one. The sizes are such that the allocator adds little to them.
func TestStreamMemory(t *testing.T) {
	workers := dsp.WithWorkers(&splitter{size: 4})
	pre := layer.PreActivation(layer.LeakyReLU(0.1))
	for _, c := range []struct {
		name string
		new  func(t *testing.T) func() dsp.Sizer
	}{
		{"small convolution", convStreams(conv(1, 1, 1, 5, 1, 1, 2, 2, layer.Zeros), nil, layer.MaxBlock(1))},
		{"in place", convStreams(conv(7, 11, 1, 1, 1, 1, 0, 0, layer.Zeros), nil)},
		{"wide convolution", convStreams(conv(256, 256, 1, 11, 1, 10, 50, 50, layer.Zeros), nil)},
		{"reflect", convStreams(conv(96, 64, 1, 7, 1, 3, 400, 600, layer.Reflect), nil, pre)},
		{"planes and 4 workers", convStreams(conv(240, 1, 1, 189, 1, 1, 94, 94, layer.Zeros), workers)},
		{"depthwise", convStreams(conv(480, 480, 480, 7, 2, 1, 3, 3, layer.Zeros), nil)},
		{"small transposed", transposeStreams[float32](transposed(2, 1, 1, 4, 2, 1), layer.MaxBlock(1))},
		{"wide transposed", transposeStreams[float32](transposed(512, 256, 1, 16, 8, 1))},
		{"staged", transposeStreams[float32](transposed(200, 100, 1, 16, 8, 1), pre)},
		{"one channel per group", transposeStreams[float32](transposed(192, 192, 192, 12, 4, 1))},
		{"float64", transposeStreams[float64](transposed(80, 40, 1, 20, 5, 1))},
		{"as float32", asFloat32Streams(transposed(80, 40, 1, 20, 5, 1))},
		{"small as float32", asFloat32Streams(transposed(1, 1, 1, 3, 2, 1), layer.MaxBlock(2))},
	} {
		t.Run(c.name, func(t *testing.T) {
			create := c.new(t)
			_, want := create().Memory()
			got := perStream(create)
			if d := math.Abs(float64(got) - float64(want)); d > max(512, 0.03*float64(want)) {
				t.Errorf("got %d bytes allocated for a stream, want %d, the state of Memory", got, want)
			}
		})
	}
}

// perStream returns the bytes that create allocates, as a mean over many calls.
func perStream(create func() dsp.Sizer) int64 {
	const streams = 64
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	runtime.GC()
	return int64(allocated(func() {
		for range streams {
			runtime.KeepAlive(create())
		}
	}) / streams)
}

func convStreams(g layer.ConvGeometry, o dsp.Option, options ...layer.Option) func(*testing.T) func() dsp.Sizer {
	return func(t *testing.T) func() dsp.Sizer {
		filters, bias := noiseFor[float32](1, g.Kernel, g.In, g.Out, g.Groups)
		l := newConv1D(t, g, filters, bias, options...)
		if o == nil {
			return func() dsp.Sizer { return l.NewStream() }
		}
		return func() dsp.Sizer { return l.NewStream(o) }
	}
}

func transposeStreams[T dsp.Float](
	g layer.TransposeGeometry, options ...layer.Option,
) func(*testing.T) func() dsp.Sizer {
	return func(t *testing.T) func() dsp.Sizer {
		filters, bias := transposeWeights[T](g, 1)
		u := newConvTranspose1D(t, g, filters, bias, options...)
		return func() dsp.Sizer { return u.NewStream() }
	}
}

func asFloat32Streams(g layer.TransposeGeometry, options ...layer.Option) func(*testing.T) func() dsp.Sizer {
	return func(t *testing.T) func() dsp.Sizer {
		filters, bias := transposeWeights[float64](g, 1)
		u := newConvTranspose1D(t, g, filters, bias, options...)
		return func() dsp.Sizer { return layer.AsFloat32(u) }
	}
}

// TestWeightBytes compares WeightBytes, and the weights of Memory, with what a constructor allocates, and the bias,
// which it keeps.
func TestWeightBytes(t *testing.T) {
	type weights interface{ WeightBytes() int64 }
	filters, bias := noiseFor[float32](1, 5, 1024, 128, 1)
	doubles, doubleBias := noiseFor[float64](1, 5, 256, 128, 1)
	for _, c := range []struct {
		name   string
		bias   int64 // bytes
		create func(t *testing.T) weights
		stream func(weights) dsp.Sizer
	}{
		{"Conv1D", 4 * 128,
			func(t *testing.T) weights {
				return newConv1D(t, conv(1024, 128, 1, 5, 1, 1, 2, 2, layer.Zeros), filters, bias)
			},
			func(w weights) dsp.Sizer { return w.(*layer.Conv1D).NewStream() }},
		{"Conv1D with planes", 4,
			func(t *testing.T) weights {
				return newConv1D(t, conv(640, 1, 1, 191, 1, 1, 95, 95, layer.Zeros), filters[:191*640], bias[:1])
			},
			func(w weights) dsp.Sizer { return w.(*layer.Conv1D).NewStream() }},
		{"depthwise Conv1D", 0,
			func(t *testing.T) weights {
				return newConv1D(t, conv(4096, 4096, 4096, 160, 1, 1, 0, 0, layer.Zeros), filters, nil)
			},
			func(w weights) dsp.Sizer { return w.(*layer.Conv1D).NewStream() }},
		{"ConvTranspose1D", 4 * 128,
			func(t *testing.T) weights {
				return newConvTranspose1D(t, transposed(1024, 128, 1, 5, 2, 1), filters, bias)
			},
			func(w weights) dsp.Sizer { return w.(*layer.ConvTranspose1D[float32]).NewStream() }},
		{"dilated ConvTranspose1D", 4 * 128,
			func(t *testing.T) weights {
				return newConvTranspose1D(t, transposed(1024, 128, 1, 5, 2, 3), filters, bias)
			},
			func(w weights) dsp.Sizer { return w.(*layer.ConvTranspose1D[float32]).NewStream() }},
		{"ConvTranspose1D of float64", 8 * 128,
			func(t *testing.T) weights {
				return newConvTranspose1D(t, transposed(256, 128, 1, 5, 2, 1), doubles, doubleBias)
			},
			func(w weights) dsp.Sizer { return w.(*layer.ConvTranspose1D[float64]).NewStream() }},
		{"AsFloat32", 8 * 128,
			func(t *testing.T) weights {
				return newConvTranspose1D(t, transposed(256, 128, 1, 5, 2, 1), doubles, doubleBias)
			},
			func(w weights) dsp.Sizer { return layer.AsFloat32(w.(*layer.ConvTranspose1D[float64])) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer debug.SetGCPercent(debug.SetGCPercent(-1))
			var w weights
			want := int64(allocated(func() { w = c.create(t) })) + c.bias
			if d := math.Abs(float64(w.WeightBytes() - want)); d > max(512, 0.03*float64(want)) {
				t.Errorf("WeightBytes: got %d, want %d, as allocated", w.WeightBytes(), want)
			}
			if shared, _ := c.stream(w).Memory(); shared != w.WeightBytes() {
				t.Errorf("weights of Memory: got %d, want %d", shared, w.WeightBytes())
			}
		})
	}
}
