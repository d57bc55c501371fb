package spectral

import (
	"math"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// take sets the magnitudes of the frame from the values of an input frame: magnitudes, or mel bands if s.mels is set.
func (s *slot) take(src []float32) {
	clear(s.invalid)
	if s.mels != nil {
		s.mels.take(s, src)
	} else {
		for k, v := range src {
			s.magnitude[k] = float64(v)
			if !(v >= 0 && v <= math.MaxFloat32) {
				s.magnitude[k], s.invalid[k] = 0, v
			}
		}
	}
	s.setLog()
}

// silence sets the magnitudes and the spectrum of the frame to 0. Phases stay.
func (s *slot) silence() {
	clear(s.invalid)
	clear(s.bands)
	clear(s.magnitude)
	clear(s.spectrum)
	s.setLog()
}

// setLog sets the logarithms of the magnitudes.
func (s *slot) setLog() {
	for k, m := range s.magnitude {
		s.log[k] = elementary.Log(max(m, quiet))
	}
}

// setSpectrum computes the spectrum from magnitudes and phases. Phases are relative to the middle of the window, and
// the spectrum is relative to its first sample. The difference of half a frame is the alternating sign.
func (s *slot) setSpectrum() {
	sign := 1.0
	for k, u := range s.phase {
		m := float64(s.magnitude[k] * sign)
		s.spectrum[k] = complex(float64(real(u)*m), float64(imag(u)*m))
		sign = -sign
	}
}

// updatePhase sets the phases to those of the spectrum. A frequency of magnitude 0 keeps its phase. A slot of a mel
// frame also takes over the magnitudes of the spectrum, because refinement changes them.
func (s *slot) updatePhase() {
	if s.mels != nil {
		for k, v := range s.spectrum {
			s.magnitude[k] = magnitude(v, 0)
		}
		s.setLog()
	}
	sign := 1.0
	for k, v := range s.spectrum {
		if m := s.magnitude[k]; m > 0 {
			m = sign / m
			s.phase[k] = complex(float64(real(v)*m), float64(imag(v)*m))
		}
		sign = -sign
	}
}

// iterate computes one step of the fast Griffin-Lim algorithm (N. Perraudin, P. Balazs and P. L. Søndergaard, 2013). c
// is the transform of the overlap-added signal in this step, and s.last is the one in the previous step. The momentum
// step is t = c + momentum*(c - last). The spectrum becomes t, scaled to the magnitudes of the frame or fitted to its
// mel bands. A frequency at which t is 0 keeps its value.
func (s *slot) iterate(c []complex128, momentum float64) {
	spectrum, last := s.spectrum[:len(c)], s.last[:len(c)]
	if s.mels != nil {
		for k, v := range c {
			spectrum[k] = extrapolate(v, last[k], momentum)
		}
		s.mels.fit(spectrum, s.bands)
		return
	}
	magnitudes := s.magnitude[:len(c)]
	for k, v := range c {
		v = extrapolate(v, last[k], momentum)
		re, im := real(v), imag(v)
		if square := float64(re*re) + float64(im*im); square > 0 {
			scale := magnitudes[k] / math.Sqrt(square)
			spectrum[k] = complex(float64(re*scale), float64(im*scale))
		}
	}
}

// extrapolate returns v + momentum*(v-last).
func extrapolate(v, last complex128, momentum float64) complex128 {
	return complex(real(v)+float64(momentum*(real(v)-real(last))), imag(v)+float64(momentum*(imag(v)-imag(last))))
}

// write stores the spectrum in an output frame. A frequency whose input was invalid has that input as both its real and
// its imaginary part.
func (s *slot) write(dst []float32) {
	for k, v := range s.spectrum {
		if invalid := float64(s.invalid[k]); invalid != 0 {
			v = complex(invalid, invalid)
		}
		setBin(dst, k, v)
	}
}

// bytes returns the memory of the slot, without the filters in mels, which all slots share.
func (s *slot) bytes() int64 {
	return 8*int64(len(s.magnitude)+len(s.log)+len(s.inTime)+len(s.bands)) + 4*int64(len(s.invalid)) +
		16*int64(len(s.phase)+len(s.spectrum)+len(s.last)+len(s.scratch))
}
