package spectral

import (
	"fmt"
	"math"
	"math/cmplx"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/fft"
)

// signal is what lies at sample i of src, with what FrameLayout puts beyond its ends.
func signal(l FrameLayout, src []float32, i int64) float64 {
	n := int64(len(src))
	if l.Reflect && i < 0 {
		i = -i
	}
	if l.Reflect && i >= n {
		i = 2*(n-1) - i
	}
	if i < 0 || i >= n {
		return 0
	}
	return float64(src[i])
}

// direct returns the spectra of src by definition, with package math.
func direct(t testing.TB, l FrameLayout, src []float32) [][]complex128 {
	t.Helper()
	l, err := l.check()
	if err != nil {
		t.Fatal(err)
	}
	var out [][]complex128
	for m := range l.frames(int64(len(src))) {
		start := l.start(m)
		spectrum := make([]complex128, l.Size/2+1)
		for k := range spectrum {
			for i := range l.Size {
				at := i - (l.Size-l.Window)/2
				if at < 0 || at >= l.Window {
					continue
				}
				w := 0.5 - 0.5*math.Cos(2*math.Pi*float64(at)/float64(l.Window))
				x := signal(l, src, start+int64(i)) * w
				spectrum[k] += complex(x, 0) * cmplx.Rect(1, -2*math.Pi*float64(i*k%l.Size)/float64(l.Size))
			}
		}
		out = append(out, spectrum)
	}
	return out
}

var layouts = []FrameLayout{
	{Size: 16, Hop: 4}, {Size: 8, Hop: 2, Up: 3, Down: 2}, {Size: 8, Hop: 2, Up: 2, Down: 7}, {Size: 32, Hop: 8, Window: 20},
	{Size: 16, Hop: 4, Reflect: true, Left: 6, Right: 6}, {Size: 32, Hop: 5, Window: 21, Reflect: true, Left: 16, Right: 16},
	{Size: 16, Hop: 16, Reflect: true}, {Size: 16, Hop: 4, Reflect: true, Left: 16, Right: 2},
}

// TestSTFT compares with the definition.
func TestSTFT(t *testing.T) {
	for _, l := range layouts {
		src := dsptest.Noise[float32](1, 150)
		want := direct(t, l, src)
		stft, err := NewSTFT(l)
		if err != nil {
			t.Fatal(err)
		}
		spectra, err := NewSpectra(l)
		if err != nil {
			t.Fatal(err)
		}
		magnitudes, frames := stft.Flush(stft.Process(nil, src)), spectra.Flush(spectra.Process(nil, src))
		bins := l.Size/2 + 1
		if len(magnitudes) != len(want)*bins || len(frames) != len(want)*l.Size || len(want) < 5 {
			t.Fatalf("%+v: %d and %d values, want %d frames", l, len(magnitudes), len(frames), len(want))
		}
		for m, spectrum := range want {
			for k, v := range spectrum {
				got := complex(float64(frames[m*l.Size+k]), 0)
				if k > 0 && k < bins-1 {
					got += complex(0, float64(frames[m*l.Size+l.Size/2+k]))
				}
				if cmplx.Abs(got-v) > 1e-6 || math.Abs(float64(magnitudes[m*bins+k])-cmplx.Abs(v)) > 1e-6 {
					t.Fatalf("%+v: frame %d, frequency %d: %v, magnitude %v, want %v", l, m, k, got, magnitudes[m*bins+k], v)
				}
			}
		}
	}
}

// oneShot is a transform of a whole signal, each frame by itself.
func oneShot(l FrameLayout, src []float32) []float32 {
	l, _ = l.check()
	fourier, window := fft.NewReal(l.Size), l.window()
	frame, spectrum := make([]float64, l.Size), make([]complex128, l.Size/2+1)
	var out []float32
	for m := range l.frames(int64(len(src))) {
		for i := range frame {
			frame[i] = 0
			if window[i] != 0 {
				frame[i] = float64(signal(l, src, l.start(m)+int64(i)) * window[i])
			}
		}
		fourier.Forward(spectrum, frame)
		for _, v := range spectrum {
			out = append(out, float32(math.Sqrt(float64(real(v)*real(v))+float64(imag(v)*imag(v)))))
		}
	}
	return out
}

func TestSTFTContract(t *testing.T) {
	for _, l := range layouts {
		t.Run(fmt.Sprintf("%+v", l), func(t *testing.T) {
			dsptest.Check(t, dsptest.Contract[float32]{
				New: func() dsptest.Streamer[float32] {
					s, err := NewSTFT(l)
					if err != nil {
						t.Fatal(err)
					}
					return s
				},
				OneShot: func(src []float32) []float32 { return oneShot(l, src) },
				Frames:  9000,
				Blocks:  []int{l.Size, l.Hop},
				Waits:   true,
			})
		})
	}
}

// TestSTFTHistory: signals that end just before and after samples are given up, of which the mirror image may need the last.
func TestSTFTHistory(t *testing.T) {
	for _, l := range []FrameLayout{{Size: 16, Hop: 4, Reflect: true, Left: 2, Right: 16}, {Size: 16, Hop: 3, Reflect: true, Left: 16, Right: 15}, {Size: 8, Hop: 2, Up: 1, Down: 20}} {
		p, err := NewSTFT(l)
		if err != nil {
			t.Fatal(err)
		}
		for n := cap(p.history) - 3; n < cap(p.history)+20; n++ {
			src := dsptest.Noise[float32](11, n)
			p.Reset()
			var got []float32
			for _, v := range src {
				got = p.Process(got, []float32{v})
			}
			if i := dsptest.FirstDifference(p.Flush(got), oneShot(l, src)); i >= 0 {
				t.Fatalf("%+v, %d samples: value %d differs", l, n, i)
			}
		}
	}
}

// TestSynthesisInvertsSTFT: the operator with windowed Fourier filters is the inverse of the transform, sample by sample and
// at both ends.
func TestSynthesisInvertsSTFT(t *testing.T) {
	for _, c := range [][2]int{{16, 4}, {64, 8}, {1024, 256}, {4, 1}} {
		size, hop := c[0], c[1]
		src := dsptest.Noise[float32](2, 5*size+3)
		spectra, err := NewSpectra(FrameLayout{Size: size, Hop: hop})
		if err != nil {
			t.Fatal(err)
		}
		synthesis, err := NewSynthesis(size, hop, size-hop, size-hop)
		if err != nil {
			t.Fatal(err)
		}
		chain, err := dsp.NewChain(16, spectra, synthesis)
		if err != nil {
			t.Fatal(err)
		}
		got := chain.Flush(chain.Process(nil, src))
		if len(got) < len(src) || len(got) >= len(src)+hop {
			t.Fatalf("%v: %d samples of %d", c, len(got), len(src))
		}
		for i, v := range got {
			want := 0.0
			if i < len(src) {
				want = float64(src[i])
			}
			// Errors of so many products add up like noise.
			if d := math.Abs(float64(v) - want); !(d < 0x1p-23*math.Sqrt(float64(size*size/hop))) {
				t.Fatalf("%v: sample %d is %v, want %v", c, i, v, want)
			}
		}
	}
}

// TestSynthesisIsInverseSTFT compares the operator, over spectra of no signal, with the inverse transform as it is written
// down: each frame's inverse Fourier transform, windowed, added where it belongs, and divided by the sum of squared windows.
func TestSynthesisIsInverseSTFT(t *testing.T) {
	const size, hop, frames = 64, 16, 20
	x := dsptest.Noise[float32](3, size*frames)
	synthesis, err := NewSynthesis(size, hop, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	got := synthesis.Flush(synthesis.Process(nil, x))
	sum, weight := make([]float64, len(got)), make([]float64, len(got))
	for m := range frames {
		f := x[m*size:][:size]
		for n := range size {
			v := float64(f[0])
			for k := 1; k < size/2; k++ {
				angle := 2 * math.Pi * float64(k*n) / size
				v += 2 * (float64(f[k])*math.Cos(angle) - float64(f[size/2+k])*math.Sin(angle))
			}
			v += float64(f[size/2]) * math.Cos(math.Pi*float64(n))
			w := 0.5 - 0.5*math.Cos(2*math.Pi*float64(n)/size)
			sum[m*hop+n] += w * v / size
			weight[m*hop+n] += w * w
		}
	}
	for i := size; i < len(got)-size; i++ { // where as many frames overlap as anywhere
		if d := math.Abs(float64(got[i]) - sum[i]/weight[i]); !(d < 1e-6) {
			t.Fatalf("sample %d is %v, want %v", i, got[i], sum[i]/weight[i])
		}
	}
}
