package spectral

import (
	"math"
	"slices"
)

// frameStats are statistics of frames, in the unit of their values.
type frameStats struct {
	frames          int
	min, max        float64
	mean, deviation float64 // of all values; deviation is the standard deviation
	low             float64 // share of the values that are below half the mean, from 0 to 1
	swing           float64 // standard deviation over time of the mean of a frame
	tilt            float64 // mean of the upper third of the bands, minus that of the lower third

	// Roughness is the mean absolute second difference: over time, and over neighbouring bands in the quieter and in
	// the louder half of the frames.
	overTime, quiet, loud thirds
}

// thirds holds a statistic of the lower third of the bands and one of the upper third.
type thirds struct{ lower, upper float64 }

// newFrameStats computes the statistics of at least one frame of at least 3 bands. len(x) is a multiple of bands.
func newFrameStats(x []float32, bands int) frameStats {
	s := frameStats{frames: len(x) / bands, min: math.Inf(1), max: math.Inf(-1)}
	means := make([]float64, s.frames)
	third := bands / 3
	var sum, squares, lower, upper float64
	for t := range means {
		for b, v := range x[t*bands:][:bands] {
			v := float64(v)
			s.min, s.max = min(s.min, v), max(s.max, v)
			means[t] += v
			squares += float64(v * v)
			if b < third {
				lower += v
			} else if b >= bands-third {
				upper += v
			}
		}
		sum += means[t]
		means[t] /= float64(bands)
	}
	n := float64(len(x))
	s.mean = sum / n
	s.deviation = math.Sqrt(max(0, squares/n-float64(s.mean*s.mean)))
	s.tilt = (upper - lower) / float64(s.frames*third)
	for _, m := range means {
		s.swing += float64((m - s.mean) * (m - s.mean))
	}
	s.swing = math.Sqrt(s.swing / float64(s.frames))
	below, half := 0, float32(s.mean/2)
	for _, v := range x {
		if v < half {
			below++
		}
	}
	s.low = float64(below) / n
	s.roughness(x, bands, means)
	return s
}

// roughness sets overTime, quiet and loud. means holds the mean of each frame.
func (s *frameStats) roughness(x []float32, bands int, means []float64) {
	middle := slices.Sorted(slices.Values(means))[len(means)/2]
	var quiet, loud, time meanThirds
	for t, m := range means {
		frame := x[t*bands:][:bands]
		over := &loud
		if m < middle {
			over = &quiet
		}
		for b := 1; b < bands-1; b++ {
			over.add(b, bands, bend(frame[b-1], frame[b], frame[b+1]))
		}
		if t == 0 || t == len(means)-1 {
			continue
		}
		for b, v := range frame {
			time.add(b, bands, bend(x[(t-1)*bands+b], v, x[(t+1)*bands+b]))
		}
	}
	s.overTime, s.quiet, s.loud = time.means(), quiet.means(), loud.means()
}

// bend returns the absolute second difference of three successive values.
func bend(before, v, after float32) float64 {
	return math.Abs(float64(before) - float64(2*float64(v)) + float64(after))
}

// meanThirds computes a mean over the lower third of the bands and one over the upper third.
type meanThirds struct {
	sum    thirds
	counts [2]int
}

func (m *meanThirds) add(band, bands int, v float64) {
	switch third := bands / 3; {
	case band < third:
		m.sum.lower += v
		m.counts[0]++
	case band >= bands-third:
		m.sum.upper += v
		m.counts[1]++
	}
}

func (m *meanThirds) means() thirds {
	return thirds{m.sum.lower / float64(max(1, m.counts[0])), m.sum.upper / float64(max(1, m.counts[1]))}
}
