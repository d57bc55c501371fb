package resample

import (
	"math"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/window"
)

// A Filter selects the low-pass filter of a Converter. The zero Filter is [Best] with its own bandwidth and linear
// phase. Between equal rates nothing is filtered.
//
// # Latency
//
// A Converter between common rates works in blocks. It emits output frames when the last input frame of a block has
// arrived, so its latency is about the length of a block minus half the length of the filter. A block is 1.4 to 5
// times as long as the filter. The filter is longer for a better Quality, for a larger Bandwidth, and for a lower rate:
// the lower of the two rates determines it. Fast never waits longer than Best. High may wait a little longer: in a
// block as long as that of Best, its shorter filter leaves more new frames.
//
// MinimumPhase shortens the latency by nearly half the length of the filter, but the wait for the rest of the block
// remains. It lowers the latencies in the table by 10 to 25 percent. The table has the Latency of [Converter.Shape], in
// output frames, and its duration:
//
//	        44100 to 16000 Hz                44100 to 48000 Hz
//	        linear phase    MinimumPhase     linear phase    MinimumPhase
//	Best    591 (36.9 ms)   454 (28.4 ms)    943 (19.6 ms)   794 (16.5 ms)
//	High    618 (38.6 ms)   508 (31.8 ms)    975 (20.3 ms)   856 (17.8 ms)
//	Fast    591 (36.9 ms)   447 (27.9 ms)    457 (9.5 ms)    377 (7.9 ms)
type Filter struct {
	// Quality selects one of three filters, which differ in bandwidth and stop band. The zero value is Best.
	Quality Quality

	// Bandwidth is the frequency where the filter is at -3 dB, in units of the lower Nyquist frequency, from 0.90 to
	// 0.995. 0 selects the filter of Quality, whose bandwidth is 0.9605 (Best), 0.946 (High) or 0.918 (Fast). With any
	// other value Quality has no effect, and the stop band of the filter is below -160 dBc.
	//
	// The stop band always begins at 1.005, so a filter of larger bandwidth is longer. At 0.995 it is about five times
	// as long as the filter of Best.
	Bandwidth float64

	// MinimumPhase selects minimum phase: all ringing follows the peak of the response, and frequencies near the edge
	// of the pass band are delayed. The magnitude response is the same as with linear phase.
	//
	// The response to an impulse is shifted in time so that it has equal values half an output frame before the impulse
	// and half an output frame after it. The largest output sample is therefore within half an output frame of the
	// impulse, at any position. Without the shift, it would be about 4 to 5 frames of the lower rate late. With it, low
	// frequencies are 0.4 to 0.8 frames of the lower rate early.
	//
	// The response rises to its peak without ringing: it never falls by more than 1e-6 of the peak. Relative to the
	// peak, it is below -80 dB until 4.5 frames of the lower rate before the impulse, and below -160 dB until 6 frames
	// before it. The number of output frames is the same as with linear phase, and the first output frame is at time 0.
	// The parts of the responses before time 0 are dropped. They belong to the first 6 input frames, or to the first
	// 6*inRate/outRate if outRate is lower.
	//
	// The filter must fit into a block: outRate/inRate must be at least 1/37 with the filter of Best, and at least 1/7
	// with the largest Bandwidth.
	MinimumPhase bool
}

// A design is the computable form of a Filter.
type design struct {
	sinc     window.Sinc
	minPhase bool
}

// design returns the design of f, or a *dsp.ArgError for a field out of range.
func (f Filter) design() (design, error) {
	if f.Quality < 0 || int(f.Quality) >= len(filters) {
		return design{}, dsp.NewArgError("quality", f.Quality, "Best, High or Fast")
	}
	d := design{sinc: filters[f.Quality], minPhase: f.MinimumPhase}
	if f.Bandwidth == 0 {
		return d, nil
	}
	if !(f.Bandwidth >= 0.90 && f.Bandwidth <= 0.995) {
		return d, dsp.NewArgError("bandwidth", f.Bandwidth, "from 0.90 to 0.995")
	}
	// width is half the transition band, around the -6 dB point. The -3 dB point is width/8 below the -6 dB point.
	width := (1.005 - f.Bandwidth) / 1.125
	d.sinc = window.Sinc{Half: int(math.Ceil(6.2 / width)), Cutoff: 1.005 - width, Beta: 18.5}
	return d, nil
}
