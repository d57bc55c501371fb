package dsp

import (
	"github.com/tailwave/tailwave/dsp/internal/elementary"
	"github.com/tailwave/tailwave/dsp/internal/fft"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// BothBanks returns Resamplers of Best quality for one ratio that differ in their filter banks.
func BothBanks(in, out int) (direct, interpolated interface {
	Process(dst, src []float32) []float32
	Flush(dst []float32) []float32
}) {
	d := gcd(in, out)
	up, down := out/d, in/d
	s := filters[Best]
	return newDirectResampler(newDirectBank(s, up, down), up, down, 1, nil), newDirectResampler(newInterpolatedBank(s, up, down), up, down, 1, nil)
}

// ElementaryGrid returns sinPi and besselI0 over a grid of arguments.
func ElementaryGrid() []float64 {
	var out []float64
	for i := range 20000 {
		x := float64(i) / 700
		out = append(out, elementary.SinPi(x), elementary.BesselI0(x), elementary.BesselI0(-x/100))
	}
	return out
}

// LogExpGrid returns Log and Exp over a grid of arguments.
func LogExpGrid() []float64 {
	var out []float64
	for i := range 20000 {
		x := float64(i) / 300
		out = append(out, elementary.Log(x), elementary.Log(x*x*1e-9), elementary.Exp(x-30), elementary.Exp(-x*x/7))
	}
	return out
}

// Spectrum returns the transform of src, of a power-of-two length, and what its inverse makes of that.
func Spectrum(src []float64) []float64 {
	r := fft.NewReal(len(src))
	spectrum, back := make([]complex128, len(src)/2+1), make([]float64, len(src))
	r.Forward(spectrum, src)
	r.Inverse(back, spectrum)
	for _, v := range spectrum {
		back = append(back, real(v), imag(v))
	}
	return back
}

// InterpolatedCoefficients returns those of some outputs for one ratio, Best quality.
func InterpolatedCoefficients(in, out int) []float64 {
	d := gcd(in, out)
	b := newInterpolatedBank(filters[Best], out/d, in/d)
	scratch := make([]float64, b.span())
	var all []float64
	for k := range 40 {
		all = append(all, b.coefficients(int64(2*b.center()+k*7), scratch)...)
	}
	return all
}

// Levels returns the kernel levels of this processor.
func Levels() []kernel.Level { return kernel.Levels() }

// AtLevel forces a kernel level.
func AtLevel(l kernel.Level) LayerOption { return func(o *layer) { o.level = l } }

// PartsOf lets workers have parts of so few multiply-adds.
func PartsOf(macs int64) LayerOption { return func(o *layer) { o.minPart = macs } }

// Middle returns OneShot's results before they are rounded to float32.
func (r *Resampler) Middle(src []float32) ([]float64, error) {
	if b, ok := r.converter.(*blockResampler); ok {
		return b.oneShot(src), nil
	}
	return r.Direct(src)
}

// NewResamplerAt is NewResampler for a kernel level, without workers.
func NewResamplerAt(l kernel.Level, in, out, channels int, q Quality) (*Resampler, error) {
	r, err := NewResampler(in, out, channels, q, nil)
	if err == nil {
		if b, ok := r.converter.(*blockResampler); ok {
			b.level, b.filter = l, b.filter.At(l)
		}
	}
	return r, err
}
