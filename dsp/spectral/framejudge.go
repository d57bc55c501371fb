package spectral

import "github.com/tailwave/tailwave/dsp/internal/elementary"

// What a judgement needs at least: with few bands or few frames, chance decides. Ranges that no sound reaches are named
// for any number of frames.
const (
	leastBands  = 16
	leastFrames = 20
	leastFit    = 120 // to tell decimal logarithms from quiet sound
)

// mostLinear is above the magnitudes, and their squares, of sound that was read as integers of 16 bits. Larger values,
// such as bytes of another type make, are on no scale.
const mostLinear = 1e12

// judge returns what is wrong with frames for a model that takes those of m, or nil. The numbers in the rules are from
// frames of speech and music at levels from -60 dB to clipping, of noise and of tones, each as it is and on the wrong
// scales; next to each rule is the distance between the two.
func judge(m *Mel, frames []float32) *ScaleError {
	if m.Bands < leastBands {
		return nil
	}
	s := newFrameStats(frames, m.Bands)
	e := &ScaleError{Takes: m.Values(), Min: s.min, Max: s.max, Mean: s.mean}
	e.Lowest, e.Highest = m.extremes()
	unit := 1 / m.base() // of a change of the sound by a factor of e, in values without normalisation
	switch {
	case s.max > mostLinear || s.min < -mostLinear:
		return e
	case decibels(&s, e):
		e.Seems = Decibels
		e.Shifted = s.min > -1 && s.max > 20
	case linear(&s):
		e.Seems = Linear
	case s.frames >= leastFrames && e.Takes != Log10 && within1(&s):
		e.Seems = Normalised
	case s.frames >= leastFrames && e.Takes == Normalised:
		e.Seems = unnormalised(m, &s, frames)
	case s.frames >= leastFrames && normalised(&s, unit):
		e.Seems = Normalised
	case s.frames >= leastFrames && e.Takes == Ln && decimal(&s):
		e.Seems = Log10
	case s.frames >= leastFrames && e.Takes == Log10 && natural(&s, e):
		e.Seems = Ln
	}
	if e.Seems == UnknownScale && s.frames >= leastFrames {
		e.Reversed = reversed(&s, e.Takes, unit)
	}
	if e.Seems == UnknownScale && !e.Reversed && !offScale(&s, e, unit) {
		return nil
	}
	return e
}

// decibels: values further below 0 or above it, and further apart, than logarithms of any sound. Decibels are 8.7 times
// natural logarithms, so speech covers about 100, and silence is at -100 or below, or, shifted, at 0.
func decibels(s *frameStats, e *ScaleError) bool {
	lowest, span := e.Lowest, e.Highest-e.Lowest
	wide := s.max-s.min > max(30, 1.25*span) && s.max < 200
	deep := s.min < min(-25, 2.2*lowest)
	return s.min > -400 && s.max < 200 && !linear(s) && (wide || deep)
}

// linear: no value below 0, and, as magnitudes are, more than half of them below half the mean, which is far below the
// loudest. Loud noise on a logarithmic scale may stay above 0, and lies close together.
func linear(s *frameStats) bool {
	return s.min >= 0 && s.max > 0 && s.max > 4*s.mean && s.low > 0.5
}

// within1: values that were brought to [-1, 1] or [0, 1], and vary over time as a whole. Frames of sound that does
// have values below -2, for models that take natural logarithms and for those that take normalised ones.
func within1(s *frameStats) bool {
	return s.min > -1.5 && s.max < 1.2 && s.swing > 0.05
}

// normalised: values around 0, for a model that takes logarithms. The mean of those is below -2.6 for speech and music,
// however loud, and -0.8 for white noise at full scale, which is steady: its swing is 0.04, that of speech 0.5 and
// more. Frames that pause without a value below -5, or that lie in [0, 1], are normalised to a range. Of quiet sound
// they are told by how close together they are, as in decimal.
func normalised(s *frameStats, unit float64) bool {
	around0 := s.mean > -1.2*unit && s.deviation >= 0.6 && s.swing >= 0.2
	strong := s.mean > -0.5*unit && s.deviation >= 0.8
	ranged := s.min > -5 && s.max > 1.2 && s.deviation > 1.3 && s.swing > 0.8
	narrow := unit == 1 && s.min > -6 && s.max >= 1.2 && s.mean > -3 && s.deviation < 1.35 && s.swing > 0.3 && s.overTime.lower < 0.45
	above0 := s.mean > 0.1 && (s.min > -0.05 && s.deviation > 0.02 || s.min > -2 && s.swing > 0.1)
	return around0 || strong || ranged || narrow || above0
}

// decimal: decimal logarithms for a model that takes natural ones, 0.43 times as far apart. A floor of 1e-5 is at -5.
// No frames of sound that pauses are all within 6 of each other: speech has a deviation of 1.9 and more, on the decimal
// scale at most 1.1. What is steady is left alone, for noise is as narrow.
func decimal(s *frameStats) bool {
	return s.min > -5.5 && s.max < 1.2 && s.mean < -1 && s.mean > -4 && s.deviation < 1.35 && s.swing > 0.25 &&
		s.max-s.min < 6 && s.max-s.min > 3 && s.overTime.lower < 0.45
}

// natural: natural logarithms for a model that takes decimal ones, below the lowest that those can have.
func natural(s *frameStats, e *ScaleError) bool {
	return s.min < e.Lowest-0.3 && s.min > -30 && s.max < 4
}

// unnormalised: logarithms that were not normalised, for a model that takes normalised ones. Those have a mean square
// near 1, and so have the logarithms once they are normalised with the model's own means and scales. The quotient of
// the two mean squares is 18 and more for natural logarithms of speech and music, and up to 17 for frames of quiet
// sound, which are less far apart, or have values at the model's own floor. Decimal logarithms look much like quiet
// sound, and only a close fit is named: golden ones have a quotient of 6.0, and music at -40 dB has up to 5.2.
func unnormalised(m *Mel, s *frameStats, frames []float32) Scale {
	fit := func(factor float64) (square float64) {
		for i, v := range frames {
			z := m.normalise(i%m.Bands, float64(float64(v)*factor))
			square += float64(z * z)
		}
		return square / float64(len(frames))
	}
	own, ln10 := float64(s.mean*s.mean)+float64(s.deviation*s.deviation), elementary.Log(10)
	ofLn, ofLog10 := 1.0, ln10 // factors to logarithms of m's base
	if m.Log10 {
		ofLn, ofLog10 = 1/ln10, 1
	}
	if own > 18 && s.deviation > 1.7 && s.min > -12 && s.max < 3.2 && own > 13*fit(ofLn) && !silent(m, frames) {
		return Ln
	}
	if own > 4 && s.max < 1.5 && s.frames >= leastFit {
		if log10 := fit(ofLog10); log10 < 1.2 && own > 5.5*log10 {
			return Log10
		}
	}
	return UnknownScale
}

// silent reports whether one value in 200 is that of silence in its band, which only the model's own front end makes.
func silent(m *Mel, frames []float32) bool {
	floor, at := elementary.Log(m.Floor)/m.base(), 0
	for i, v := range frames {
		if d := float64(v) - m.normalise(i%m.Bands, floor); d > -1e-3 && d < 1e-3 {
			at++
		}
	}
	return 200*at > len(frames)
}

// reversed: a high band of a mel filter bank is the sum of many frequencies, and a low one of one or two, so that high
// bands are smoother over time and over neighbouring bands, in quiet frames as in loud ones, whatever the sound. In
// frames of speech the roughness of the lower third is 1.4 to 2.3 times that of the upper. Logarithms must also rise
// with the band by more than a high hiss. Steady tones are smooth everywhere, and are left alone.
func reversed(s *frameStats, takes Scale, unit float64) bool {
	rougher := func(r thirds, factor float64) bool { return r.upper > factor*r.lower && r.lower > 0.1*unit }
	if takes != Normalised && s.tilt < unit {
		return false
	}
	return s.swing > 0.2*unit && rougher(s.overTime, 1.08) && rougher(s.quiet, 1.2) && rougher(s.loud, 1.25)
}

// offScale: values that no sound has, beyond 17 dB above full scale or far below silence.
func offScale(s *frameStats, e *ScaleError, unit float64) bool {
	above := 2 * unit
	if e.Takes == Normalised {
		above = (e.Highest - e.Lowest) / 4
	}
	return s.max > e.Highest+above || s.min < min(-40, 3*e.Lowest)
}
