package tensor

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
	"github.com/tailwave/tailwave/dsp/layer"
)

// A callCase is a geometry with everything that random numbers depend on.
type callCase struct {
	layer.TransposeGeometry
	frames int
	bias   bool
	seed   uint64
}

// FuzzTranspose compares a call, and the streams of its geometry over random splits, with plain loops, for both types.
func FuzzTranspose(f *testing.F) {
	//    kernel, stride, dilation, groups, in/group, out/group, left, right, frames, bias, seed
	f.Add(byte(2), byte(1), byte(0), byte(0), byte(0), byte(0), byte(0), byte(8), byte(4), false, uint64(1))
	f.Add(byte(8), byte(1), byte(0), byte(0), byte(2), byte(1), byte(3), byte(9), byte(20), true, uint64(2))
	f.Add(byte(4), byte(2), byte(3), byte(1), byte(1), byte(2), byte(5), byte(3), byte(9), true, uint64(3))
	f.Add(byte(1), byte(11), byte(1), byte(2), byte(0), byte(0), byte(0), byte(0), byte(3), true, uint64(4))
	f.Add(byte(0), byte(0), byte(0), byte(0), byte(0), byte(0), byte(31), byte(39), byte(33), false, uint64(5))
	f.Add(byte(7), byte(251), byte(0), byte(0), byte(1), byte(4), byte(3), byte(3), byte(5), true, uint64(6))
	f.Fuzz(func(t *testing.T, kernel, stride, dilation, groups, in, out, left, right, frames byte, bias bool,
		seed uint64) {
		c := callCase{frames: int(frames) % 40, bias: bias, seed: seed}
		c.Groups = 1 + int(groups)%4
		c.In, c.Out = c.Groups*(1+int(in)%5), c.Groups*(1+int(out)%5)
		c.Kernel, c.Stride, c.Dilation = 1+int(kernel)%20, 1+int(stride)%12, 1+int(dilation)%5
		if stride >= 240 {
			c.Stride *= 90 // with a few channels, more than 4096 samples per frame
		}
		c.Left, c.Right = int(left)%32, int(right)%40-8
		compareForms(t, c, fma32)
		compareForms(t, c, math.FMA)
	})
}

func fma32(x, y, z float32) float32 { return kernel.FMA32(x, y, z) }

// TestTransposeRandom runs the fuzz target's body on a fixed set of random geometries.
func TestTransposeRandom(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	rounds := 1500
	if testing.Short() {
		rounds = 150
	}
	for range rounds {
		c := callCase{frames: rng.IntN(24), bias: rng.IntN(2) == 0, seed: rng.Uint64()}
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
		compareForms(t, c, fma32)
		compareForms(t, c, math.FMA)
	}
}

// TestTransposeParts has layers large enough for their streams to divide the work among workers.
func TestTransposeParts(t *testing.T) {
	for _, e := range []struct {
		name                  string
		groups, in, out, taps int // channels of a group
	}{
		{"dense", 1, 56, 61, 9},
		{"few columns", 1, 300, 4, 40},
		{"groups", 7, 24, 23, 10},
		{"depthwise", 340, 1, 1, 96},
	} {
		t.Run(e.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(9, uint64(e.groups)))
			most := 0
			for round := range kernel.Levels() { // the seed chooses the level
				seed := rng.Uint64N(1<<32)*uint64(len(kernel.Levels())) + uint64(round)
				c := callCase{frames: 35 + rng.IntN(9), bias: round > 0, seed: seed}
				c.In, c.Out, c.Groups, c.Kernel = e.groups*e.in, e.groups*e.out, e.groups, e.taps+round
				c.Stride, c.Dilation = 4+rng.IntN(3), 1+round%2
				c.Left, c.Right = rng.IntN(c.Span()), rng.IntN(c.Span())
				most = max(most, compareForms(t, c, fma32))
			}
			if most < 2 {
				t.Errorf("got at most %d parts at once, want at least 2", most)
			}
		})
	}
}

// compareForms fails t unless all forms of a case have the same bits. It returns the most parts that a stream divided
// its work into.
func compareForms[T dsp.Float](t *testing.T, c callCase, fma func(x, y, z T) T) int {
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
	weights := atLevel(t, kernel.Levels()[c.seed%uint64(len(kernel.Levels()))], func() (*layer.ConvTranspose1D[T], error) {
		return layer.NewConvTranspose1D(c.TransposeGeometry, filters, bias)
	})
	workers := &goroutines{size: 2 + rng.IntN(3)}
	u := weights.NewStream(dsp.WithWorkers(workers))
	least := u.Shape().MinFrames
	got, err := weights.Reference(input)
	var short *dsp.TooShortError
	if tooShort := c.frames > 0 && c.frames < least; tooShort != errors.As(err, &short) || !tooShort && err != nil {
		t.Fatalf("%+v: got error %v for %d frames, want one only below %d", c, err, c.frames, least)
	}
	want := plainTranspose(c, input, filters, bias, fma)
	checkCall(t, c, input, filters, bias, want)
	if err != nil {
		return 0
	}
	if i := dsptest.FirstDifference(got, want); i >= 0 {
		t.Fatalf("%+v: Reference differs at %d: got %s", c, i, differing(got, want, i))
	}
	splits := [][]int{{c.frames}}
	for range 3 {
		splits = append(splits, randomSplit(rng, c.frames))
	}
	for _, chunks := range splits {
		got := stream(t, c, u, input, chunks)
		if i := dsptest.FirstDifference(got, want); i >= 0 {
			t.Fatalf("%+v: the stream in chunks %v differs at %d: got %s", c, chunks, i, differing(got, want, i))
		}
		u.Reset()
	}
	return workers.most
}

// stream runs the input through u in chunks, and checks how much each of them emits.
func stream[T dsp.Float](t *testing.T, c callCase, u *layer.ConvTranspose1DStream[T], input []T, chunks []int) []T {
	t.Helper()
	var out []T
	rest := input
	for _, n := range chunks {
		src := slices.Clone(rest[:n*c.In])
		out = u.Process(out, src)
		for i := range src {
			src[i] = T(math.NaN())
		}
		rest = rest[n*c.In:]
		seen := int64(c.frames - len(rest)/c.In)
		want := max(0, seen*int64(c.Stride)-int64(u.Shape().Latency))
		if got := int64(len(out) / c.Out); seen > 0 && (got != want || u.Emitted(seen) != want) {
			t.Fatalf("%+v: got %d samples after %d frames, and Emitted %d; want %d", c, got, seen, u.Emitted(seen), want)
		}
	}
	return u.Flush(u.Flush(out))
}

// randomSplit cuts n frames into chunks of a scale that is random too, empty ones included.
func randomSplit(rng *rand.Rand, n int) []int {
	most := 1 + rng.IntN(1+n)
	if rng.IntN(2) == 0 {
		most = 1 + rng.IntN(8)
	}
	return dsptest.RandomSplit(rng, n, most)
}

// checkCall compares the calls of both layouts with the result of plain loops. The batch has the input twice.
func checkCall[T dsp.Float](t *testing.T, c callCase, input, filters, bias, want []T) {
	t.Helper()
	width := int(c.OutFrames(int64(c.frames)))
	for _, layout := range []Layout{NWC, NCW} {
		call := Call{Geometry: c.TransposeGeometry, Layout: layout, Batch: 2, Frames: c.frames, Width: width}
		row := arranged(layout, input, c.frames, c.In)
		got, err := run(call, Tensor[T]{Shape: call.InputShape(), Data: append(slices.Clone(row), row...)}, filters, bias)
		if err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		row = arranged(layout, want, width, c.Out)
		both := append(slices.Clone(row), row...)
		if i := dsptest.FirstDifference(got.Data, both); i >= 0 {
			t.Fatalf("%+v: the call in %v differs at %d: got %s", c, layout, i, differing(got.Data, both, i))
		}
	}
}

// arranged returns frames with adjacent channels in a layout.
func arranged[T any](layout Layout, frames []T, n, channels int) []T {
	if layout == NWC {
		return frames
	}
	out := make([]T, 0, len(frames))
	for c := range channels {
		for i := range n {
			out = append(out, frames[i*channels+c])
		}
	}
	return out
}

// differing describes where two results differ.
func differing[T dsp.Float](got, want []T, i int) string {
	if i >= len(got) || i >= len(want) {
		return fmt.Sprintf("%d values, want %d", len(got), len(want))
	}
	return fmt.Sprintf("%x, want %x", got[i], want[i])
}

// goroutines is dsp.Workers with a goroutine per part. It remembers the most parts that it was asked for.
type goroutines struct{ size, most int }

func (g *goroutines) Size() int { return g.size }

func (g *goroutines) For(parts int, f func(int)) {
	g.most = max(g.most, parts)
	var wg sync.WaitGroup
	for p := range parts {
		wg.Go(func() { f(p) })
	}
	wg.Wait()
}

// atLevel returns the layer that create makes for a kernel level.
func atLevel[T dsp.Float](t *testing.T, l kernel.Level,
	create func() (*layer.ConvTranspose1D[T], error)) *layer.ConvTranspose1D[T] {
	t.Helper()
	chosen := kernel.Choose
	kernel.Choose = func() (kernel.Level, error) { return l, nil }
	defer func() { kernel.Choose = chosen }()
	u, err := create()
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// plainTranspose is the definition: scatter every frame into the untrimmed result, then cut.
func plainTranspose[T dsp.Float](c callCase, input, filters, bias []T, fma func(x, y, z T) T) []T {
	width := int(c.OutFrames(int64(c.frames)))
	full := make([]T, (max(c.frames*c.Stride+c.Span(), c.Left+width))*c.Out)
	cin, cout := c.In/c.Groups, c.Out/c.Groups
	for i := range c.frames {
		for j := range c.Kernel {
			for o := range c.Out {
				acc := &full[(i*c.Stride+j*c.Dilation)*c.Out+o]
				for k := range cin {
					*acc = fma(input[i*c.In+o/cout*cin+k], filters[(j*c.Out+o)*cin+k], *acc)
				}
			}
		}
	}
	out := full[c.Left*c.Out:][:width*c.Out]
	for i := range out {
		if bias != nil {
			out[i] += bias[i%c.Out]
		}
	}
	return out
}
