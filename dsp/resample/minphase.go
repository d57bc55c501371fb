package resample

import (
	"math"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
	"github.com/tailwave/tailwave/dsp/internal/fft"
	"github.com/tailwave/tailwave/dsp/internal/window"
)

// moved is the number of taps that minimumPhase keeps before the start of the response, because a shift by a fraction
// of a tap spreads the response beyond its ends. The taps before these are below 1e-9 of the peak.
const moved = 8

// minimumPhase returns the minimum-phase filter with the same number of taps and the same magnitude response as taps.
// The filter is shifted in time so that the middle of its peak is at tap zero; see peakMiddle. frame is the duration of
// an output frame in taps.
//
// minimumPhase computes the real cepstrum and folds the part before zero over the part after zero (A. V. Oppenheim and
// R. W. Schafer, "Discrete-Time Signal Processing", section 12.8). Magnitudes below 1e-9 of the largest are raised to
// 1e-9 of it, because the logarithm of a zero would be infinite. The transforms are long enough to keep the aliases of
// the cepstrum below that.
func minimumPhase(taps []float64, frame float64) (out []float64, zero int) {
	size := 1 << 16
	for size < 128*len(taps) && size < 1<<19 {
		size *= 2
	}
	transform := fft.NewReal(size)
	x, spectrum := make([]float64, size), make([]complex128, size/2+1)
	copy(x, taps)
	transform.Forward(spectrum, x)
	largest := 0.0
	for _, v := range spectrum {
		largest = max(largest, power(v))
	}
	for i, v := range spectrum {
		spectrum[i] = complex(0.5*elementary.Log(max(power(v), float64(largest*1e-18))), 0)
	}
	transform.Inverse(x, spectrum)
	for i := 1; i < size/2; i++ {
		x[i] *= 2
	}
	clear(x[size/2+1:])
	transform.Forward(spectrum, x)

	for i, v := range spectrum {
		spectrum[i] = complex(elementary.Exp(real(v)), imag(v)/math.Pi)
	}
	cartesian := make([]complex128, len(spectrum))
	transform.Inverse(x, rotate(cartesian, spectrum, 0))
	middle := peakMiddle(x, frame)
	transform.Inverse(x, rotate(cartesian, spectrum, float64(2*middle)/float64(size)))
	zero = int(math.Ceil(middle)) + moved
	out = make([]float64, len(taps))
	for j := range out {
		out[j] = x[(j-zero+size)%size]
	}
	return out, zero
}

// rotate sets dst to the values with the magnitudes real(polar[i]) and the angles imag(polar[i]) + turn*i, in half
// turns, and returns dst.
func rotate(dst, polar []complex128, turn float64) []complex128 {
	for i, v := range polar {
		m, angle := real(v), imag(v)+float64(turn*float64(i))
		dst[i] = complex(float64(m*elementary.SinPi(angle+0.5)), float64(m*elementary.SinPi(angle)))
	}
	return dst
}

// peakMiddle returns the time, in taps, half an output frame before and after which the response has equal values. The
// peak is between these two times: inside, the values are larger, and outside, they are smaller. When this time becomes
// the time of an impulse, the largest output sample is within half an output frame of the impulse, wherever the output
// frames are. The time of the largest value does not have this property, because the response falls more slowly than it
// rises.
//
// The response is oversampled by at least 2. peakMiddle interpolates it, and finds the time within 1e-7 taps.
func peakMiddle(h []float64, frame float64) float64 {
	top := 0
	for i, v := range h {
		if v > h[top] {
			top = i
		}
	}
	const den = 1 << 25 // times are in units of 1/den
	kernel := window.Sinc{Half: 24, Cutoff: 1, Beta: 26}
	at := func(time int64) float64 {
		whole, part := int(time/den), int(time%den)
		sum := 0.0
		for m := max(-whole, 1-kernel.Half); m <= kernel.Half; m++ {
			sum += float64(h[whole+m] * kernel.At(part-m*den, den))
		}
		return sum
	}
	half := int64(frame * (den / 2))
	early, late := int64(top-1)*den-half, int64(top+1)*den+half
	for late-early > 1 {
		if middle := early + (late-early)/2; at(middle-half) < at(middle+half) {
			early = middle
		} else {
			late = middle
		}
	}
	return float64(late) / den
}

// power returns the square of the absolute value of v.
func power(v complex128) float64 {
	return float64(real(v)*real(v)) + float64(imag(v)*imag(v))
}
