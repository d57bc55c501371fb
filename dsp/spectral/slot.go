package spectral

import (
	"math"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// take sets the frame's magnitudes from the values of an input frame.
func (s *slot) take(src []float32) {
	clear(s.odd)
	if s.mels != nil {
		s.mels.take(s, src)
	} else {
		for k, v := range src {
			s.magnitude[k] = float64(v)
			if !(v >= 0 && v <= math.MaxFloat32) {
				s.magnitude[k], s.odd[k] = 0, v
			}
		}
	}
	s.setLog()
}

// silence makes the frame that of silence.
func (s *slot) silence() {
	clear(s.odd)
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

// begin sets the spectrum from magnitudes and phases. Time 0 moves from the middle of the window to its first sample.
func (s *slot) begin() {
	sign := 1.0
	for k, u := range s.phase {
		m := float64(s.magnitude[k] * sign)
		s.spectrum[k] = complex(float64(real(u)*m), float64(imag(u)*m))
		sign = -sign
	}
}

// settle sets the phases from the spectrum, where it has any; and of a mel frame the magnitudes.
func (s *slot) settle() {
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

// move sets the spectrum to what the iteration makes of c, the transform of the overlapped signal: c moved on by so much of
// the way that it has come, with the frame's magnitudes.
func (s *slot) move(c []complex128, momentum float64) {
	spectrum, last := s.spectrum[:len(c)], s.last[:len(c)]
	if s.mels != nil {
		for k, v := range c {
			spectrum[k] = beyond(v, last[k], momentum)
		}
		s.mels.fit(spectrum, s.bands)
		return
	}
	magnitudes := s.magnitude[:len(c)]
	for k, v := range c {
		v = beyond(v, last[k], momentum)
		re, im := real(v), imag(v)
		if square := float64(re*re) + float64(im*im); square > 0 {
			scale := magnitudes[k] / math.Sqrt(square)
			spectrum[k] = complex(float64(re*scale), float64(im*scale))
		}
	}
}

// beyond returns v + momentum*(v-last).
func beyond(v, last complex128, momentum float64) complex128 {
	return complex(real(v)+float64(momentum*(real(v)-real(last))), imag(v)+float64(momentum*(imag(v)-imag(last))))
}

// put writes the spectrum as a frame, with what came that was no magnitude.
func (s *slot) put(dst []float32) {
	for k, v := range s.spectrum {
		if odd := float64(s.odd[k]); odd != 0 {
			v = complex(odd, odd)
		}
		setBin(dst, k, v)
	}
}
