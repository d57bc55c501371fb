package layer_test

import (
	"errors"
	"math"
	"runtime"
	"sync"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/layer"
)

var none layer.Activation

// splitter is dsp.Workers with a goroutine for each part. It remembers the largest number of parts that it was asked
// for.
type splitter struct{ size, most int }

func (s *splitter) Size() int { return s.size }

func (s *splitter) For(parts int, f func(part int)) {
	s.most = max(s.most, parts)
	var wg sync.WaitGroup
	for p := range parts {
		wg.Go(func() { f(p) })
	}
	wg.Wait()
}

// multiplyAdd returns the function x*y+z with one rounding.
func multiplyAdd[T dsp.Float]() func(x, y, z T) T {
	var f any = math.FMA
	if _, ok := any(T(0)).(float32); ok {
		f = kernel.FMA32
	}
	return f.(func(x, y, z T) T)
}

// plainConv is a convolution by plain loops over an input that is written out with its padding. The geometry has no
// defaults, and the input at least MinFrames frames.
func plainConv(g layer.ConvGeometry, input, filters, bias []float32) []float32 {
	var frames [][]float32
	for ; len(input) > 0; input = input[g.In:] {
		frames = append(frames, input[:g.In])
	}
	n := len(frames)
	zeros := make([]float32, g.In)
	padded := make([][]float32, 0, n+g.Left+g.Right)
	for i := g.Left; i > 0; i-- {
		padded = append(padded, [][]float32{zeros, frames[i%n], frames[0]}[g.Padding])
	}
	padded = append(padded, frames...)
	for i := 1; i <= g.Right; i++ {
		padded = append(padded, [][]float32{zeros, frames[(n-1-i%n)%n], frames[n-1]}[g.Padding])
	}
	var out []float32
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	for at := 0; at+(g.Kernel-1)*g.Dilation < len(padded); at += g.Stride {
		for o := range g.Out {
			var acc float32
			for j := range g.Kernel {
				for c := range cin {
					acc = kernel.FMA32(padded[at+j*g.Dilation][o/cout*cin+c], filters[(j*g.Out+o)*cin+c], acc)
				}
			}
			if bias != nil {
				acc += bias[o]
			}
			out = append(out, acc)
		}
	}
	return out
}

// plainTranspose is a transposed convolution by plain loops: every frame is scattered into the untrimmed result, which
// is then cut. The geometry has no defaults.
func plainTranspose[T dsp.Float](g layer.TransposeGeometry, input, filters, bias []T) []T {
	n := len(input) / g.In
	width := int(g.OutFrames(int64(n)))
	full := make([]T, max(n*g.Stride+g.Span(), g.Left+width)*g.Out)
	cin, cout := g.In/g.Groups, g.Out/g.Groups
	fma := multiplyAdd[T]()
	for i := range n {
		for j := range g.Kernel {
			for o := range g.Out {
				acc := &full[(i*g.Stride+j*g.Dilation)*g.Out+o]
				for c := range cin {
					*acc = fma(input[i*g.In+o/cout*cin+c], filters[(j*g.Out+o)*cin+c], *acc)
				}
			}
		}
	}
	out := full[g.Left*g.Out:][:width*g.Out]
	for i := range out {
		if bias != nil {
			out[i] += bias[i%g.Out]
		}
	}
	return out
}

func newConv1D(t testing.TB, g layer.ConvGeometry, filters, bias []float32, options ...layer.Option) *layer.Conv1D {
	t.Helper()
	c, err := layer.NewConv1D(g, filters, bias, options...)
	if err != nil {
		t.Fatalf("NewConv1D of %+v: %v", g, err)
	}
	return c
}

func newConvTranspose1D[T dsp.Float](
	t testing.TB, g layer.TransposeGeometry, filters, bias []T, options ...layer.Option,
) *layer.ConvTranspose1D[T] {
	t.Helper()
	u, err := layer.NewConvTranspose1D(g, filters, bias, options...)
	if err != nil {
		t.Fatalf("NewConvTranspose1D of %+v: %v", g, err)
	}
	return u
}

// noiseFor returns filters and a bias for a layer of these sizes.
func noiseFor[T dsp.Float](seed uint64, kernel, in, out, groups int) (filters, bias []T) {
	return dsptest.Noise[T](seed, kernel*out*in/groups), dsptest.Noise[T](seed+1, out)
}

// inChunks streams all of src, chunk frames at a time, and flushes.
func inChunks[T dsp.Float](p dsptest.Streamer[T], src []T, chunk int) []T {
	var dst []T
	for len(src) > 0 {
		n := min(chunk*p.Shape().In, len(src))
		dst, src = p.Process(dst, src[:n]), src[n:]
	}
	return p.Flush(dst)
}

// inSplit streams all of src in chunks of these numbers of frames, and flushes.
func inSplit[T dsp.Float](p dsptest.Streamer[T], src []T, chunks []int) []T {
	var dst []T
	for _, n := range chunks {
		n *= p.Shape().In
		dst, src = p.Process(dst, src[:n]), src[n:]
	}
	return p.Flush(dst)
}

// wantSame reports the first value of got that has other bits than that of want.
func wantSame[T dsp.Float](t testing.TB, what string, got, want []T) {
	t.Helper()
	switch i := dsptest.FirstDifference(got, want); {
	case i < 0:
	case i < len(got) && i < len(want):
		t.Errorf("%s: value %d of %d: got %x, want %x", what, i, len(want), got[i], want[i])
	default:
		t.Errorf("%s: got %d values, want %d", what, len(got), len(want))
	}
}

// wantArgError expects a *dsp.ArgError about arg.
func wantArgError(t testing.TB, err error, arg string) {
	t.Helper()
	var e *dsp.ArgError
	if !errors.As(err, &e) || e.Arg != arg {
		t.Errorf("got error %v, want a *dsp.ArgError about %s", err, arg)
	}
}

// stateOf returns the bytes of a stream.
func stateOf(p dsp.Sizer) int64 {
	_, state := p.Memory()
	return state
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// ramp returns n values from 0.5 on.
func ramp(n int) []float32 {
	r := make([]float32, n)
	for i := range r {
		r[i] = 0.5 + float32(i)/7
	}
	return r
}

func nans(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(math.NaN())
	}
	return x
}

func widened(src []float32) []float64 {
	x := make([]float64, len(src))
	for i, v := range src {
		x[i] = float64(v)
	}
	return x
}

func rounded(src []float64) []float32 {
	x := make([]float32, len(src))
	for i, v := range src {
		x[i] = float32(v)
	}
	return x
}
