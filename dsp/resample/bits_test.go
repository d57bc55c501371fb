package resample

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/elementary"
	"github.com/tailwave/tailwave/dsp/internal/fft"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/testdata/recorded"
)

// TestBits compares the SHA-256 of outputs and coefficients with recorded ones. A difference means a change of the
// arithmetic, or that the compiler fused a product and a sum on one target only. make bits therefore runs this test for
// every target and processor feature at hand.
func TestBits(t *testing.T) {
	for part, compute := range map[string]func(*testing.T) map[string]string{
		"resampler": resamplerBits, "coefficients": coefficientBits,
	} {
		t.Run(part, func(t *testing.T) { recorded.Check(t, part, compute(t)) })
	}
}

func resamplerBits(t *testing.T) map[string]string {
	hashes := map[string]string{}
	for _, rates := range append([][2]int{{44100, 44101}, {48000, 47999}}, ratePairs...) {
		for _, q := range qualities {
			r := newConverter(t, rates, 2, Filter{Quality: q})
			hashes[fmt.Sprintf("%d->%d %v", rates[0], rates[1], q)] = hash(t, whole(r, dsptest.Noise[float32](5, 2*600)))
		}
	}
	for _, rates := range [][2]int{{44100, 48000}, {44100, 88200}, {96000, 44100}} {
		r := newConverter(t, rates, 2, Filter{Quality: Best, MinimumPhase: true, Bandwidth: 0.98})
		hashes[fmt.Sprintf("%d->%d minimum phase", rates[0], rates[1])] =
			hash(t, whole(r, dsptest.Noise[float32](5, 2*600)))
	}
	return hashes
}

// coefficientBits hashes float64 values: rounding them to float32 would hide most differences.
func coefficientBits(t *testing.T) map[string]string {
	hashes := map[string]string{"sinPi and I0": hash(t, sinPiAndI0()), "log and exp": hash(t, logAndExp())}
	bank, err := layer.PQMFSynthesis(4, 62, 0.15, 9)
	if err != nil {
		t.Fatal(err)
	}
	hashes["PQMF 4x62"] = hash(t, bank)
	for _, n := range []int{2, 16, 512, 1024, 1 << 15} {
		hashes[fmt.Sprintf("Fourier transform %d", n)] = hash(t, thereAndBack(dsptest.Noise[float64](6, n)))
	}
	for _, rates := range ratePairs {
		for _, q := range qualities {
			r := newConverter(t, rates, 1, Filter{Quality: q})
			hashes[fmt.Sprintf("%d->%d %v", rates[0], rates[1], q)] = hash(t, r.Coefficients())
		}
		hashes[fmt.Sprintf("%d->%d interpolated", rates[0], rates[1])] = hash(t, interpolatedCoefficients(rates))
	}
	return hashes
}

// sinPiAndI0 returns two elementary functions over a grid of arguments.
func sinPiAndI0() []float64 {
	var out []float64
	for i := range 20000 {
		x := float64(i) / 700
		out = append(out, elementary.SinPi(x), elementary.BesselI0(x), elementary.BesselI0(-x/100))
	}
	return out
}

// logAndExp returns two elementary functions over a grid of arguments.
func logAndExp() []float64 {
	var out []float64
	for i := range 20000 {
		x := float64(i) / 300
		out = append(out, elementary.Log(x), elementary.Log(x*x*1e-9), elementary.Exp(x-30), elementary.Exp(-x*x/7))
	}
	return out
}

// thereAndBack returns the transform of src, and the inverse transform of that.
func thereAndBack(src []float64) []float64 {
	r := fft.NewReal(len(src))
	spectrum, back := make([]complex128, len(src)/2+1), make([]float64, len(src))
	r.Forward(spectrum, src)
	r.Inverse(back, spectrum)
	for _, v := range spectrum {
		back = append(back, real(v), imag(v))
	}
	return back
}

// interpolatedCoefficients returns the coefficients of some outputs, for one ratio at Best quality.
func interpolatedCoefficients(rates [2]int) []float64 {
	up, down := ratio.Reduce(rates[1], rates[0])
	b := newInterpolatedPolyphase(filters[Best], up, down)
	scratch := make([]float64, b.span())
	var all []float64
	for k := range 40 {
		all = append(all, b.coefficients(int64(2*b.center()+k*7), scratch)...)
	}
	return all
}

func hash[T dsp.Float](t *testing.T, x []T) string {
	h := sha256.New()
	if err := binary.Write(h, binary.LittleEndian, x); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}
