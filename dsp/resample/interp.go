package resample

import (
	"math"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
	"github.com/tailwave/tailwave/dsp/internal/fft"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// An interpKernel computes the values of a signal at multiples of 1/den between its samples. The kernel is a Kaiser
// window, kernel.Taps samples wide (J. I. Jackson et al., "Selection of a convolution function for Fourier inversion
// using gridding", IEEE Transactions on Medical Imaging 10, 1991). It attenuates the images of a signal that is
// oversampled by 2 to less than 1e-11.
type interpKernel struct {
	den int64
	// table has rows of kernel.Taps values. If exact, there is one row for each phase from 0 to den-1. Otherwise there
	// is one for each multiple of 1/gridRate, and one extra row before the first and two after the last, which the
	// cubic interpolation between rows reads.
	table []float64
	exact bool
}

const (
	interpShape  = 28.0 // Kaiser's beta
	gridRate     = 1024
	maxExact     = 2048 // largest den with a row for each phase
	compensation = 24   // taps that compensate adds on either side of a filter
)

func newInterpKernel(den int64) *interpKernel {
	u := &interpKernel{den: den, exact: den <= maxExact}
	first, last, rows := 0, int(den)-1, int(den)
	if !u.exact {
		first, last, rows = -1, gridRate+1, gridRate
	}
	u.table = make([]float64, 0, (last-first+1)*kernel.Taps)
	scale := 1 / float64(kernel.Taps*sinhc(interpShape*interpShape))
	for r := first; r <= last; r++ {
		for m := range kernel.Taps {
			x := (float64(r)/float64(rows) + float64(kernel.Taps/2-1-m)) / (kernel.Taps / 2)
			q := float64(interpShape*interpShape) * (1 - float64(x*x)) / 4
			u.table = append(u.table, float64(elementary.BesselI0(q)*scale))
		}
	}
	return u
}

// sinhc returns sinh(s)/s for the square of s, from 0 to 2500, by its power series.
func sinhc(square float64) float64 {
	sum, term := 1.0, 1.0
	for k := 2.0; term > sum*0x1p-60; k += 2 {
		term = float64(term * (square / float64(k*(k+1))))
		sum += term
	}
	return sum
}

// compensate returns a filter whose output, after interpolation, is the output of taps in continuous time. For this, it
// divides the spectrum of taps by the spectrum of the kernel, which at f cycles per sample is proportional to sinh(s)/s
// with s^2 = interpShape^2 - (pi*W*f)^2 and W = kernel.Taps. spacing is the number of taps per sample of the signal to
// interpolate; frequencies above half a cycle per sample are aliases of lower ones, and divided like these. The tap for
// time 0 is taps[zero], and in the result the tap at zero + compensation*spacing.
func (u *interpKernel) compensate(taps []float64, zero, spacing int) []float64 {
	size := 256
	for size < 4*len(taps) {
		size *= 2
	}
	circle := make([]float64, size)
	for j, v := range taps {
		circle[(j-zero+size)%size] = v
	}
	transform := fft.NewReal(size)
	spectrum := make([]complex128, size/2+1)
	transform.Forward(spectrum, circle)
	peak := sinhc(interpShape * interpShape)
	for k := range spectrum {
		cycle := k * spacing % size
		w := float64(math.Pi*kernel.Taps) * float64(min(cycle, size-cycle)) / float64(size)
		gain := peak / sinhc(interpShape*interpShape-float64(w*w))
		spectrum[k] = complex(float64(real(spectrum[k])*gain), float64(imag(spectrum[k])*gain))
	}
	transform.Inverse(circle, spectrum)
	margin := compensation * spacing
	out := make([]float64, len(taps)+2*margin)
	for j := range out {
		out[j] = circle[(j-margin-zero+size)%size]
	}
	return out
}

// at returns the signal at the time whole + phase/den. x starts with sample whole - (kernel.Taps/2-1) of the signal.
func (u *interpKernel) at(x []float64, phase int64) float64 {
	if u.exact {
		return kernel.InterpolateOne(x, u.table[phase*kernel.Taps:])
	}
	row, rest := phase*gridRate/u.den, phase*gridRate%u.den
	w := lagrange(float64(rest) / float64(u.den))
	rows := u.table[row*kernel.Taps:]
	y := float64(w[0] * kernel.InterpolateOne(x, rows))
	for i := 1; i < 4; i++ {
		y = math.FMA(w[i], kernel.InterpolateOne(x, rows[i*kernel.Taps:]), y)
	}
	return y
}
