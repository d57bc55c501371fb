package layer_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/layer"
)

var (
	_ dsp.Processor  = (*layer.ConvTranspose1DStream[float32])(nil)
	_ dsp.Sizer      = (*layer.ConvTranspose1DStream[float64])(nil)
	_ dsp.Referencer = (*layer.ConvTranspose1D[float32])(nil)
	_ dsp.Referencer = (*layer.ConvTranspose1DStream[float32])(nil)
)

func TestConvTranspose1DContract(t *testing.T) {
	for _, c := range transpositions {
		for _, level := range kernel.Levels() {
			t.Run(fmt.Sprintf("%s/float32/%v", c.name, level), func(t *testing.T) {
				checkTransposed[float32](t, c.geometry(t), layer.AtLevel(level))
			})
		}
		t.Run(c.name+"/float64", func(t *testing.T) { checkTransposed[float64](t, c.geometry(t)) })
	}
}

// checkTransposed runs the contract without a bias and with one.
func checkTransposed[T dsp.Float](t *testing.T, g layer.TransposeGeometry, options ...layer.Option) {
	t.Helper()
	filters, bias := transposeWeights[T](g, 7)
	for _, bias := range [][]T{nil, bias} {
		dsptest.Check(t, dsptest.Contract[T]{
			New: func() dsptest.Streamer[T] {
				return newConvTranspose1D(t, g, filters, bias, options...).NewStream()
			},
			Reference: func(src []T) []T { return plainTranspose(g, src, filters, bias) },
			Frames:    300,
			Blocks:    []int{g.Kernel, g.Stride},
			Waits:     int64(g.Left) < int64(g.Stride)*1000-g.OutFrames(1000),
		})
	}
}

// TestConvTranspose1DBlocks streams several blocks of a stream in one call.
func TestConvTranspose1DBlocks(t *testing.T) {
	g, err := transposed(2, 3, 1, 23, 10, 1).Same(1)
	if err != nil {
		t.Fatal(err)
	}
	filters, bias := transposeWeights[float32](g, 1)
	src := dsptest.Noise[float32](3, 2*2000)
	got := inChunks(newConvTranspose1D(t, g, filters, bias).NewStream(), src, 2000)
	wantSame(t, "one long chunk", got, plainTranspose(g, src, filters, bias))
}

func TestConvTranspose1DMisuse(t *testing.T) {
	for _, c := range []struct {
		name   string
		misuse func(p *layer.ConvTranspose1DStream[float32])
	}{
		{"part of a frame", func(p *layer.ConvTranspose1DStream[float32]) { p.Process(nil, make([]float32, 3)) }},
		{"Process after Flush", func(p *layer.ConvTranspose1DStream[float32]) { p.Flush(nil); p.Process(nil, nil) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newConvTranspose1D(t, transposed(2, 1, 1, 1, 1, 1), []float32{1, 1}, nil).NewStream()
			defer func() {
				if recover() == nil {
					t.Error("got no panic, want one")
				}
			}()
			c.misuse(p)
		})
	}
}

// TestConvTranspose1DErrors expects the argument that does not fit in the errors of NewConvTranspose1D and of
// Reference.
func TestConvTranspose1DErrors(t *testing.T) {
	good := transposed(2, 3, 1, 7, 4, 1)
	long := good
	long.Right = -1 << 30
	filters, bias := transposeWeights[float32](good, 1)
	create := func(g layer.TransposeGeometry, filters, bias []float32, options ...layer.Option) error {
		_, err := layer.NewConvTranspose1D(g, filters, bias, options...)
		return err
	}
	convert := func(g layer.TransposeGeometry, src []float32) error {
		_, err := newConvTranspose1D(t, g, filters, nil).Reference(src)
		return err
	}
	_, double := layer.NewConvTranspose1D(good, widened(filters), nil, layer.PreActivation(layer.Tanh()))
	for _, c := range []struct {
		name string
		err  error
		arg  string
	}{
		{"fields", create(transposed(2, 3, 2, 7, 4, 1), filters, bias), "groups"},
		{"a filter tap is missing", create(good, filters[1:], nil), "filter elements"},
		{"a bias is missing", create(good, filters, bias[1:]), "bias elements"},
		{"snake of other channels", create(good, filters, nil, layer.PreActivation(layer.Snake(ramp(3), ramp(3)))),
			"number of snake parameters before the layer"},
		{"activation in float64", double, "activation"},
		{"part of a frame", convert(good, make([]float32, 99)), "input length"},
		{"2^30 frames of 3 channels", convert(long, make([]float32, 100)), "output frames"},
	} {
		t.Run(c.name, func(t *testing.T) { wantArgError(t, c.err, c.arg) })
	}
}

// TestHeldBackLimit: a right trim for which a stream would hold too many samples is rejected before memory is allocated
// for it.
func TestHeldBackLimit(t *testing.T) {
	for _, c := range []struct {
		right int
		fits  bool
	}{{1 << 20, true}, {1<<26 + 1, false}, {1 << 30, false}} {
		t.Run(fmt.Sprint(c.right), func(t *testing.T) {
			g := transposed(1, 4, 1, 3, 2, 1)
			g.Right = c.right
			bytes := allocated(func() {
				u, err := layer.NewConvTranspose1D(g, make([]float32, 12), nil)
				if !c.fits {
					wantArgError(t, err, "right trim")
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				// n*Stride - OutFrames(n): the samples that wait until more frames arrive.
				if got, want := u.NewStream().Shape().Latency, c.right-1; got != want {
					t.Errorf("got latency %d, want %d", got, want)
				}
			})
			if !c.fits && bytes > 1<<20 {
				t.Errorf("got %d bytes allocated for an error, want at most %d", bytes, 1<<20)
			}
		})
	}
}

// A transposeCase is a geometry with what random numbers depend on.
type transposeCase struct {
	layer.TransposeGeometry
	frames int
	bias   bool
	seed   uint64
}

// FuzzConvTranspose1D compares Reference, and streams with random splits, with plain loops, for both types.
func FuzzConvTranspose1D(f *testing.F) {
	//    kernel, stride, dilation, groups, in/group, out/group, left, right, frames, bias, seed
	f.Add(byte(2), byte(1), byte(0), byte(0), byte(0), byte(0), byte(0), byte(8), byte(4), false, uint64(1))
	f.Add(byte(8), byte(1), byte(0), byte(0), byte(2), byte(1), byte(3), byte(9), byte(20), true, uint64(2))
	f.Add(byte(4), byte(2), byte(3), byte(1), byte(1), byte(2), byte(5), byte(3), byte(9), true, uint64(3))
	f.Add(byte(1), byte(11), byte(1), byte(2), byte(0), byte(0), byte(0), byte(0), byte(3), true, uint64(4))
	f.Add(byte(0), byte(0), byte(0), byte(0), byte(0), byte(0), byte(31), byte(39), byte(33), false, uint64(5))
	f.Add(byte(7), byte(251), byte(0), byte(0), byte(1), byte(4), byte(3), byte(3), byte(5), true, uint64(6))
	f.Fuzz(func(
		t *testing.T, kernel, stride, dilation, groups, in, out, left, right, frames byte, bias bool, seed uint64,
	) {
		c := transposeCase{frames: int(frames) % 40, bias: bias, seed: seed}
		c.Groups = 1 + int(groups)%4
		c.In, c.Out = c.Groups*(1+int(in)%5), c.Groups*(1+int(out)%5)
		c.Kernel, c.Stride, c.Dilation = 1+int(kernel)%20, 1+int(stride)%12, 1+int(dilation)%5
		if stride >= 240 {
			c.Stride *= 90 // with a few channels, more than 4096 samples per frame
		}
		c.Left, c.Right = int(left)%32, int(right)%40-8
		compareTranspose[float32](t, c)
		compareTranspose[float64](t, c)
	})
}

// TestConvTranspose1DPlain is FuzzConvTranspose1D for a fixed set of random geometries.
func TestConvTranspose1DPlain(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	rounds := 1500
	if testing.Short() {
		rounds = 150
	}
	for range rounds {
		c := transposeCase{frames: rng.IntN(24), bias: rng.IntN(2) == 0, seed: rng.Uint64()}
		c.Groups = 1 + rng.IntN(3)
		c.In, c.Out = c.Groups*(1+rng.IntN(4)), c.Groups*(1+rng.IntN(4))
		c.Stride, c.Dilation = 1+rng.IntN(7), 1+rng.IntN(3)
		c.Kernel = 1 + rng.IntN(4*c.Stride+2)
		if rng.IntN(50) == 0 {
			c.Stride, c.Kernel = 600+rng.IntN(900), 1+rng.IntN(2500) // several kernel calls per chunk
		}
		if rng.IntN(10) == 0 {
			c.Groups, c.In, c.Out = 1, 1+rng.IntN(20), 1+rng.IntN(70)
		}
		c.Left, c.Right = rng.IntN(c.Span()+2), rng.IntN(c.Span()+8)-7
		compareTranspose[float32](t, c)
		compareTranspose[float64](t, c)
	}
}

// compareTranspose fails t unless all forms of a case have the same bits.
func compareTranspose[T dsp.Float](t *testing.T, c transposeCase) {
	t.Helper()
	rng := rand.New(rand.NewPCG(c.seed, 7))
	// Values over many scales: sums round, so that another order or another place of the bias shows.
	random := func(n int) []T {
		s := make([]T, n)
		for i := range s {
			s[i] = T(math.Ldexp(rng.NormFloat64(), rng.IntN(12)))
		}
		return s
	}
	input := dsptest.Special[T](c.seed, c.frames*c.In)
	if c.seed%3 != 0 {
		input = random(len(input))
	}
	filters := random(c.Kernel * c.Out * c.In / c.Groups)
	var bias []T
	if c.bias {
		bias = random(c.Out)
	}
	level := kernel.Levels()[c.seed%uint64(len(kernel.Levels()))]
	workers := &splitter{size: 1 + rng.IntN(4)}
	u := newConvTranspose1D(t, c.TransposeGeometry, filters, bias,
		layer.AtLevel(level), layer.PartsOf(1+rng.Int64N(3000)))
	p := u.NewStream(dsp.WithWorkers(workers))
	got, err := u.Reference(input)
	if short := c.frames > 0 && c.frames < p.Shape().MinFrames; short != (err != nil) {
		t.Fatalf("%+v: got error %v, want one: %v, because MinFrames is %d", c, err, short, p.Shape().MinFrames)
	}
	if err != nil {
		return
	}
	want := plainTranspose(c.TransposeGeometry, input, filters, bias)
	wantSame(t, fmt.Sprintf("%+v: Reference", c), got, want)
	for round := range 3 {
		var streamed []T
		rest := input
		for _, n := range dsptest.RandomSplit(rng, c.frames, max(1, c.frames/(1+rng.IntN(6)))) {
			src := slices.Clone(rest[:n*c.In])
			streamed = p.Process(streamed, src)
			for i := range src {
				src[i] = T(math.NaN())
			}
			rest = rest[n*c.In:]
			seen := c.frames - len(rest)/c.In
			if least := max(0, seen*c.Stride-p.Shape().Latency); len(streamed)/c.Out != least {
				t.Fatalf("%+v: got %d samples after %d frames, want %d", c, len(streamed)/c.Out, seen, least)
			}
		}
		wantSame(t, fmt.Sprintf("%+v, round %d, streamed", c, round), p.Flush(p.Flush(streamed)), want)
		p.Reset()
	}
	if t.Failed() {
		t.FailNow()
	}
}
