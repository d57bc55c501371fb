package dsp_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// tailForm streams a transposed convolution without trims in chunks, with a tail of finished chunk results:
//
//   - "kept after bias": every chunk's result has the bias; where the tail is added, it is subtracted again;
//   - "added afterwards": the chunk is summed from zero, the tail added to it, the bias last.
//
// Both are found in the wild, and neither is exact.
func tailForm(form string, g dsp.Geometry, src, filters, bias []float32, chunk int) []float32 {
	var out, tail []float32
	for len(src) > 0 {
		n := min(chunk*g.In, len(src))
		var y []float32
		if form == "kept after bias" {
			y = plainOneShot(g, src[:n], filters, bias)
			for i, v := range tail {
				y[i] = y[i] + v - bias[i%g.Out]
			}
		} else {
			y = plainOneShot(g, src[:n], filters, nil)
			for i, v := range tail {
				y[i] += v
			}
		}
		src = src[n:]
		final := n / g.In * g.Stride * g.Out
		if len(src) == 0 {
			final = len(y)
		}
		tail = y[final:]
		for i, v := range y[:final] {
			if form == "added afterwards" {
				v += bias[i%g.Out]
			}
			out = append(out, v)
		}
	}
	return out
}

// TestTailArithmetic: the Upsampler's tail is exact where other ways to keep one are not.
func TestTailArithmetic(t *testing.T) {
	for _, c := range []struct {
		kernel, stride, chunk int
		kept, added           float64 // least share of values that differ in the two inexact forms
	}{
		{16, 8, 1, 0.2, 0}, {4, 2, 2, 0.1, 0}, {5, 2, 2, 0.15, 0.03}, {12, 4, 2, 0.2, 0.06}, {20, 5, 2, 0.25, 0.1},
		{16, 8, 2, 0, 0}, {4, 2, 1, 0, 0}, {5, 2, 1, 0, 0}, {12, 4, 1, 0, 0}, {20, 5, 1, 0, 0},
	} {
		g := dsp.Geometry{In: 64, Out: 2, Groups: 1, Kernel: c.kernel, Stride: c.stride, Dilation: 1}
		filters, bias, src := dsptest.Noise[float32](1, c.kernel*2*64), dsptest.Noise[float32](2, 2), dsptest.Noise[float32](3, 240*64)
		want := plainOneShot(g, src, filters, bias)
		u, err := dsp.NewUpsampler(g, filters, bias)
		if err != nil {
			t.Fatal(err)
		}
		var got []float32
		for rest := src; len(rest) > 0; {
			n := min(len(rest), c.chunk*64)
			got, rest = u.Process(got, rest[:n]), rest[n:]
		}
		got = u.Flush(got)
		name := fmt.Sprintf("%d/%d, chunks of %d", c.kernel, c.stride, c.chunk)
		if i := dsptest.FirstDifference(got, want); i >= 0 {
			t.Errorf("%s: differs at %d of %d (%d)", name, i, len(want), len(got))
		}
		for form, least := range map[string]float64{"kept after bias": c.kept, "added afterwards": c.added} {
			y := tailForm(form, g, src, filters, bias, c.chunk)
			if len(y) != len(want) {
				t.Fatalf("%s, tail %s: %d values, want %d", name, form, len(y), len(want))
			}
			differ := 0
			for i := range y {
				if math.Float32bits(y[i]) != math.Float32bits(want[i]) {
					differ++
				}
				if math.Abs(float64(y[i]-want[i])) > 1e-4 {
					t.Fatalf("%s, tail %s: value %d is %g, want about %g", name, form, i, y[i], want[i])
				}
			}
			if share := float64(differ) / float64(len(y)); share < least {
				t.Errorf("%s, tail %s: only %.1f %% of the values differ: the test has lost its teeth", name, form, 100*share)
			}
		}
	}
}

// TestCascade streams through three non-causal layers, each flushed into the next.
func TestCascade(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	shapes := []dsp.Geometry{
		{In: 3, Out: 4, Groups: 1, Kernel: 16, Stride: 5, Dilation: 1},
		{In: 4, Out: 2, Groups: 2, Kernel: 12, Stride: 4, Dilation: 1},
		{In: 2, Out: 1, Groups: 1, Kernel: 7, Stride: 2, Dilation: 3},
	}
	for round := range 20 {
		n := 1 + rng.IntN(40)
		src := dsptest.Noise[float32](uint64(round), 3*n)
		want := src
		var layers []*dsp.Upsampler[float32]
		for i, g := range shapes {
			g, err := g.Same(0)
			if err != nil {
				t.Fatal(err)
			}
			filters, bias := dsptest.Noise[float32](uint64(i), g.Kernel*g.Out*g.In/g.Groups), dsptest.Noise[float32](uint64(i+9), g.Out)
			want = plainOneShot(g, want, filters, bias)
			u, err := dsp.NewUpsampler(g, filters, bias)
			if err != nil {
				t.Fatal(err)
			}
			layers = append(layers, u)
		}
		var got []float32
		push := func(from int, x []float32) {
			for _, u := range layers[from:] {
				x = u.Process(nil, x)
			}
			got = append(got, x...)
		}
		for _, c := range dsptest.RandomSplit(rng, n, 1+rng.IntN(8)) {
			push(0, src[:3*c])
			src = src[3*c:]
		}
		for i, u := range layers {
			push(i+1, u.Flush(nil))
		}
		if len(got) != n*5*4*2 {
			t.Fatalf("%d frames became %d samples", n, len(got))
		}
		if i := dsptest.FirstDifference(got, want); i >= 0 {
			t.Fatalf("%d frames: differs at %d of %d", n, i, len(want))
		}
	}
}

// TestAdjoint: the transposed convolution is the transpose of the convolution, <conv(z), x> = <z, convT(x)>. Each side
// sums the same products z*w*x, rounded at most terms+2 times on the way, so the sides lie within the usual bound of
// 2*(terms+2)*2^-53 times the sum of absolute values, here doubled.
func TestAdjoint(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 300 {
		g := dsp.Geometry{Groups: 1 + rng.IntN(3), Kernel: 1 + rng.IntN(9), Stride: 1 + rng.IntN(6), Dilation: 1 + rng.IntN(3)}
		g.In, g.Out = g.Groups*(1+rng.IntN(3)), g.Groups*(1+rng.IntN(3))
		g.Left, g.Right = rng.IntN(g.Span()), rng.IntN(g.Span()+4)-4
		n := 5 + rng.IntN(20)
		width := int(g.Width(int64(n)))
		if width == 0 {
			continue
		}
		cin, cout := g.In/g.Groups, g.Out/g.Groups
		x, w, z := dsptest.Noise[float64](rng.Uint64(), n*g.In), dsptest.Noise[float64](rng.Uint64(), g.Kernel*g.Out*cin), dsptest.Noise[float64](rng.Uint64(), width*g.Out)
		y, err := dsp.ConvTranspose(g, x, w, nil)
		if err != nil {
			t.Fatal(err)
		}
		right := 0.0
		for i, v := range y {
			right += z[i] * v
		}
		left, sum, terms := 0.0, 0.0, len(y)
		for i := range n {
			for c := range g.In {
				conv := 0.0
				for j := range g.Kernel {
					at := i*g.Stride + j*g.Dilation - g.Left
					if at < 0 || at >= width {
						continue
					}
					for o := c / cin * cout; o < (c/cin+1)*cout; o++ {
						product := z[at*g.Out+o] * w[(j*g.Out+o)*cin+c%cin]
						conv += product
						sum += math.Abs(product * x[i*g.In+c])
						terms++
					}
				}
				left += conv * x[i*g.In+c]
			}
		}
		if math.Abs(left-right) > 4*float64(terms+2)*0x1p-53*sum {
			t.Fatalf("%+v, %d frames: <conv(z), x> = %v, <z, convT(x)> = %v", g, n, left, right)
		}
	}
}

// TestMelGANPadding: kernel 2*stride with padding stride/2 + stride%2 and output_padding stride%2, as the layers of MelGAN
// have it, is TensorFlow's SAME for an even stride, and one sample early for an odd one.
func TestMelGANPadding(t *testing.T) {
	for s := 2; s <= 11; s++ {
		base := dsp.Geometry{In: 1, Out: 1, Groups: 1, Kernel: 2 * s, Stride: s, Dilation: 1}
		torch, err := base.Torch(s/2+s%2, s%2)
		if err != nil {
			t.Fatal(err)
		}
		same, err := base.Same(0)
		if err != nil {
			t.Fatal(err)
		}
		src, filters := dsptest.Noise[float32](1, 20), dsptest.Noise[float32](2, base.Kernel)
		a := plainOneShot(same, src, filters, nil)
		b, err := dsp.ConvTranspose(torch, src, filters, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(a) != 20*s || len(b) != 20*s {
			t.Fatalf("stride %d: %d and %d samples", s, len(a), len(b))
		}
		shift := s % 2
		if i := dsptest.FirstDifference(b[:len(b)-shift], a[shift:]); i >= 0 {
			t.Errorf("stride %d: sample %d is not sample %d of SAME", s, i, i+shift)
		}
		if shift == 1 && dsptest.FirstDifference(a, b) < 0 {
			t.Errorf("stride %d: no shift at all", s)
		}
	}
}

// TestMemory: a long stream allocates nothing beyond what its first chunk did.
func TestMemory(t *testing.T) {
	same, err := dsp.Geometry{In: 1, Out: 1, Groups: 1, Kernel: 5, Stride: 2, Dilation: 1}.Same(0)
	if err != nil {
		t.Fatal(err)
	}
	up, err := dsp.NewUpsampler(same, dsptest.Noise[float32](1, 5), []float32{1})
	if err != nil {
		t.Fatal(err)
	}
	wide, err := dsp.NewUpsampler(same, dsptest.Noise[float64](1, 5), []float64{1})
	if err != nil {
		t.Fatal(err)
	}
	resampler, err := dsp.NewResampler(12000, 1000, 1, dsp.Fast, nil)
	if err != nil {
		t.Fatal(err)
	}
	interpolated, err := dsp.NewResampler(1000003, 31013, 1, dsp.Fast, nil)
	if err != nil {
		t.Fatal(err)
	}
	decimator, err := dsp.NewDecimator(3, 1)
	if err != nil {
		t.Fatal(err)
	}
	src := dsptest.Noise[float32](3, 5000)
	for name, p := range map[string]dsp.Processor{
		"Upsampler": up, "Widened": dsp.Widen(wide), "Resampler": resampler, "interpolated Resampler": interpolated, "Decimator": decimator,
	} {
		dst := p.Process(make([]float32, 0, p.MaxOut(len(src))), src)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		total, taken := int64(len(dst)), len(src)
		frames := 2_000_000
		if p.MinFrames() == 1 && p.Lag() > 2 {
			frames = 300_000 // hundreds of times the history of a resampler, which works harder
		}
		for ; taken < frames; taken += len(src) {
			dst = p.Process(dst[:0], src)
			total += int64(len(dst))
		}
		runtime.ReadMemStats(&after)
		if a := after.TotalAlloc - before.TotalAlloc; a > 64<<10 {
			t.Errorf("%s: %d frames allocated %d bytes", name, taken, a)
		}
		if total += int64(len(p.Flush(dst[:0]))); total != p.Frames(int64(taken)) {
			t.Errorf("%s: %d frames gave %d, want %d", name, taken, total, p.Frames(int64(taken)))
		}
	}
}
