package spectral

import (
	"math"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// take sets the frame's magnitudes from the values of an input frame.
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

// silence makes the frame that of silence.
func (s *slot) silence() {
	clear(s.invalid)
	clear(s.bands)
	clear(s.magnitude)
	clear(s.spectrum)
	s.setLog()
}

func (s *slot) setLog() {
	for k, m := range s.magnitude {
		s.log[k] = elementary.Log(max(m, quiet))
	}
}

// setSpectrum sets the spectrum from magnitudes and phases. The alternating sign moves time 0 from the middle of the
// window, where phase has it, to its first sample, where spectrum has it.
func (s *slot) setSpectrum() {
	sign := 1.0
	for k, u := range s.phase {
		m := float64(s.magnitude[k] * sign)
		s.spectrum[k] = complex(float64(real(u)*m), float64(imag(u)*m))
		sign = -sign
	}
}

// updatePhase sets the phases to those of the spectrum. A bin of magnitude 0 keeps its phase. A slot of a mel frame
// takes the magnitudes from the spectrum too, for only its bands were given.
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

// iterate does one step of the fast Griffin-Lim algorithm. c is the transform of the overlap-added signal in this step,
// last is that of the step before. The spectrum becomes c + momentum*(c - last), scaled to the frame's magnitudes, or
// fitted to its mel bands.
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

// write writes the spectrum to a frame. A bin whose input was invalid has that input as both its real and imaginary
// part.
func (s *slot) write(dst []float32) {
	for k, v := range s.spectrum {
		if invalid := float64(s.invalid[k]); invalid != 0 {
			v = complex(invalid, invalid)
		}
		setBin(dst, k, v)
	}
}

// bytes returns the memory of the slot.
func (s *slot) bytes() int64 {
	return 8*int64(len(s.magnitude)+len(s.log)+len(s.inTime)+len(s.bands)) + 4*int64(len(s.invalid)) +
		16*int64(len(s.phase)+len(s.spectrum)+len(s.last)+len(s.scratch))
}
