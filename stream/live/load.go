package live

import (
	"math"
	"time"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/stream"
)

// A Load is a processor that times each call of Process. It records the time as a share of the block's deadline, which
// is the duration of the input frames. A share of 0.1 means that the stage runs at 10 times real time. If shares stay
// above 1, playing cannot keep up.
type Load struct {
	dsp.Processor
	rate   float64 // input frames per second
	shares histogram
}

// Measure replaces the processor of the stage by a [Load] around it, and returns the Load. rate is that of the stage's
// input frames.
func Measure(s *stream.Stage, rate stream.Rate) *Load {
	l := &Load{Processor: s.Processor, rate: rate.Float()}
	s.Processor = l
	return l
}

// Process implements [dsp.Processor] and times the call, unless src is empty.
func (l *Load) Process(dst, src []float32) []float32 {
	start := time.Now()
	dst = l.Processor.Process(dst, src)
	if frames := len(src) / l.Shape().In; frames > 0 {
		l.shares.add(time.Since(start).Seconds() * l.rate / float64(frames))
	}
	return dst
}

// Rates implements [dsp.RateConverter]. It returns 0, 0 if the processor does not implement it.
func (l *Load) Rates() (in, out int) {
	if c, ok := l.Processor.(dsp.RateConverter); ok {
		return c.Rates()
	}
	return 0, 0
}

// Acquire implements [dsp.Owned]. It does nothing if the processor does not implement it.
func (l *Load) Acquire() error {
	if o, ok := l.Processor.(dsp.Owned); ok {
		return o.Acquire()
	}
	return nil
}

// Release implements [dsp.Owned]. It does nothing if the processor does not implement it.
func (l *Load) Release() {
	if o, ok := l.Processor.(dsp.Owned); ok {
		o.Release()
	}
}

// Memory implements [dsp.Sizer]. It returns 0, 0 if the processor does not implement it.
func (l *Load) Memory() (weights, state int64) {
	if s, ok := l.Processor.(dsp.Sizer); ok {
		return s.Memory()
	}
	return 0, 0
}

// Blocks returns the number of calls of Process that have been timed.
func (l *Load) Blocks() int64 { return l.shares.count }

// Quantile returns the smallest share that the fraction q of the blocks, from 0 to 1, does not exceed. The result is
// exact for q = 1, the largest share, and otherwise at most 1/32 too large. It is 0 if there were no blocks.
func (l *Load) Quantile(q float64) float64 { return l.shares.quantile(q) }

// A histogram counts numbers that are not negative. An octave, from one power of two to the next, has 32 classes of
// equal width. Smaller and larger numbers count in the first and the last class.
type histogram struct {
	classes [octaves * perOctave]int64
	count   int64
	most    float64 // largest number
}

const (
	octaves     = 48
	perOctave   = 32
	firstOctave = -28 // exponent of the first octave, as math.Frexp returns it
)

func (h *histogram) add(v float64) {
	class := 0
	if v > 0 {
		fraction, exponent := math.Frexp(v) // in [1/2, 1)
		class = (exponent-firstOctave)*perOctave + int((fraction-0.5)*2*perOctave)
	}
	h.classes[min(max(class, 0), len(h.classes)-1)]++
	h.count++
	h.most = max(h.most, v)
}

func (h *histogram) quantile(q float64) float64 {
	rank := int64(math.Ceil(q * float64(h.count)))
	for class, n := range h.classes[:len(h.classes)-1] {
		if rank -= n; rank <= 0 && n > 0 {
			upper := math.Ldexp(float64(perOctave+class%perOctave+1)/(2*perOctave), class/perOctave+firstOctave)
			return min(upper, h.most)
		}
	}
	return h.most
}
