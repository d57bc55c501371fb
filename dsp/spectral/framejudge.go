package spectral

import "github.com/tailwave/tailwave/dsp/internal/elementary"

// With fewer bands or frames than this, statistics are too random for a judgement. Values outside of the range of any
// sound are reported for any number of frames.
const (
	leastBands  = 16
	leastFrames = 20
	leastFit    = 120 // frames needed to distinguish decimal logarithms from quiet sound
)

// mostLinear is above the magnitudes, and their squares, of sound in units of 16-bit integers. Larger values fit no
// scale: they result from reading bytes as the wrong type.
const mostLinear = 1e12

// judge returns the error of frames for a model that expects the frames of m, or nil. The thresholds in the rules below
// separate frames on the right scale from the same frames on a wrong one. They were measured on speech and music at
// levels from -60 dB to clipping, on noise and on tones. The comment on a rule states the margin.
func judge(m *Mel, frames []float32) *ScaleError {
	if m.Bands < leastBands {
		return nil
	}
	s := newFrameStats(frames, m.Bands)
	e := &ScaleError{Takes: m.Values(), Min: s.min, Max: s.max, Mean: s.mean}
	e.Lowest, e.Highest = m.extremes()
	unit := 1 / m.base() // change of a value, without normalisation, if the sound is e times as loud
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

// decibels detects values that spread further, or reach further below 0, than logarithms of any sound. Decibels are 8.7
// times natural logarithms, so speech covers a range of about 100. Silence is at -100 or below, or at 0 with an offset.
func decibels(s *frameStats, e *ScaleError) bool {
	lowest, span := e.Lowest, e.Highest-e.Lowest
	wide := s.max-s.min > max(30, 1.25*span) && s.max < 200
	deep := s.min < min(-25, 2.2*lowest)
	return s.min > -400 && s.max < 200 && !linear(s) && (wide || deep)
}

// linear detects magnitudes: no value is below 0, more than half of the values are below half the mean, and the largest
// is far above the mean. Logarithms of loud noise may also stay above 0, but they are close together.
func linear(s *frameStats) bool {
	return s.min >= 0 && s.max > 0 && s.max > 4*s.mean && s.low > 0.5
}

// within1 detects values that were mapped to [-1, 1] or [0, 1] and whose mean varies over time. Natural logarithms and
// normalised values of sound that varies over time reach below -2.
func within1(s *frameStats) bool {
	return s.min > -1.5 && s.max < 1.2 && s.swing > 0.05
}

// normalised detects values around 0, for a model that expects logarithms. The mean of logarithms is below -2.6 for
// speech and music of any level. It is -0.8 for white noise at full scale, but noise is steady: its swing is 0.04, and
// that of speech is at least 0.5. Values of sound with pauses that never fall below -5, or that are in [0, 1], were
// normalised to a range. Quiet sound is excluded by the spread of the values, as in decimal.
func normalised(s *frameStats, unit float64) bool {
	around0 := s.mean > -1.2*unit && s.deviation >= 0.6 && s.swing >= 0.2
	strong := s.mean > -0.5*unit && s.deviation >= 0.8
	ranged := s.min > -5 && s.max > 1.2 && s.deviation > 1.3 && s.swing > 0.8
	narrow := unit == 1 && s.min > -6 && s.max >= 1.2 && s.mean > -3 && s.deviation < 1.35 && s.swing > 0.3 &&
		s.overTime.lower < 0.45
	above0 := s.mean > 0.1 && (s.min > -0.05 && s.deviation > 0.02 || s.min > -2 && s.swing > 0.1)
	return around0 || strong || ranged || narrow || above0
}

// decimal detects decimal logarithms for a model that expects natural ones. They spread 0.43 times as far, and a floor
// of 1e-5 is at -5. Natural logarithms of sound with pauses spread over more than 6. Speech has a deviation of at least
// 1.9 in natural logarithms and of at most 1.1 in decimal ones. Steady sound is not judged, because the natural
// logarithms of noise are as narrow.
func decimal(s *frameStats) bool {
	return s.min > -5.5 && s.max < 1.2 && s.mean < -1 && s.mean > -4 && s.deviation < 1.35 && s.swing > 0.25 &&
		s.max-s.min < 6 && s.max-s.min > 3 && s.overTime.lower < 0.45
}

// natural detects natural logarithms for a model that expects decimal ones: they reach below the lowest decimal one.
func natural(s *frameStats, e *ScaleError) bool {
	return s.min < e.Lowest-0.3 && s.min > -30 && s.max < 4
}

// unnormalised detects logarithms for a model that expects normalised ones, and returns their scale, or UnknownScale.
// Normalised values have a mean square near 1. Logarithms have one after normalisation with the means and scales of the
// model. The quotient of the two mean squares, before and after, is at least 18 for natural logarithms of speech and
// music. It is at most 17 for normalised frames of quiet sound, which spread less or have values at the floor of the
// model. Decimal logarithms resemble quiet sound, so only a close fit counts: the quotient of reference frames is 6.0,
// and that of music at -40 dB is at most 5.2.
func unnormalised(m *Mel, s *frameStats, frames []float32) Scale {
	fit := func(factor float64) (square float64) {
		for i, v := range frames {
			z := m.normalise(i%m.Bands, float64(float64(v)*factor))
			square += float64(z * z)
		}
		return square / float64(len(frames))
	}
	own, ln10 := float64(s.mean*s.mean)+float64(s.deviation*s.deviation), elementary.Log(10)
	ofLn, ofLog10 := 1.0, ln10 // factors from natural and decimal logarithms to logarithms of m's base
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

// silent reports whether more than one value in 200 is the value of silence in its band. Only the front end of the
// model itself writes these values.
func silent(m *Mel, frames []float32) bool {
	floor, at := elementary.Log(m.Floor)/m.base(), 0
	for i, v := range frames {
		if d := float64(v) - m.normalise(i%m.Bands, floor); d > -1e-3 && d < 1e-3 {
			at++
		}
	}
	return 200*at > len(frames)
}

// reversed detects bands from the highest frequency to the lowest. A high band of a mel filter bank is a sum over many
// frequencies, and a low band is a sum over one or two. So for any sound, high bands are smoother over time and over
// neighbouring bands, in quiet and in loud frames. In frames of speech, the lower third of the bands is 1.4 to 2.3
// times as rough as the upper third. Reversed logarithms must also rise with the band by more than those of hiss.
// Steady tones are smooth everywhere and are not judged.
func reversed(s *frameStats, takes Scale, unit float64) bool {
	rougher := func(r thirds, factor float64) bool { return r.upper > factor*r.lower && r.lower > 0.1*unit }
	if takes != Normalised && s.tilt < unit {
		return false
	}
	return s.swing > 0.2*unit && rougher(s.overTime, 1.08) && rougher(s.quiet, 1.2) && rougher(s.loud, 1.25)
}

// offScale detects values that no sound has: more than 17 dB above full scale, or far below silence.
func offScale(s *frameStats, e *ScaleError, unit float64) bool {
	above := 2 * unit
	if e.Takes == Normalised {
		above = (e.Highest - e.Lowest) / 4
	}
	return s.max > e.Highest+above || s.min < min(-40, 3*e.Lowest)
}
