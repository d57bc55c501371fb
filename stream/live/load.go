package live

import (
	"math"
	"time"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/stream"
)

// A Load is a processor that measures, for every block, the time it takes to compute as a share of its deadline: the
// time that the block's frames last. A stream can be played without a gap for long only while the share stays below 1.
type Load struct {
	dsp.Processor
	rate   float64 // frames per second in
	shares histogram
}

// Measure puts a Load in place of the stage's processor, which takes frames of the given rate.
func Measure(s *stream.Stage, rate stream.Rate) *Load {
	l := &Load{Processor: s.Processor, rate: rate.Float()}
	s.Processor = l
	return l
}

// Process is dsp.Processor.Process.
func (l *Load) Process(dst, src []float32) []float32 {
	start := time.Now()
	dst = l.Processor.Process(dst, src)
	if frames := len(src) / l.Shape().In; frames > 0 {
		l.shares.add(time.Since(start).Seconds() * l.rate / float64(frames))
	}
	return dst
}

// Rates implements [dsp.RateConverter] for a Processor that does.
func (l *Load) Rates() (in, out int) {
	if c, ok := l.Processor.(dsp.RateConverter); ok {
		return c.Rates()
	}
	return 0, 0
}

// Acquire implements dsp.Owned for a Processor that does.
func (l *Load) Acquire() error {
	if o, ok := l.Processor.(dsp.Owned); ok {
		return o.Acquire()
	}
	return nil
}

// Release implements dsp.Owned for a Processor that does.
func (l *Load) Release() {
	if o, ok := l.Processor.(dsp.Owned); ok {
		o.Release()
	}
}

// Memory implements dsp.Sizer for a Processor that does.
func (l *Load) Memory() (weights, state int64) {
	if s, ok := l.Processor.(dsp.Sizer); ok {
		return s.Memory()
	}
	return 0, 0
}

// Blocks returns how many blocks have been measured.
func (l *Load) Blocks() int64 { return l.shares.count }

// Quantile returns the share that the fraction q of the blocks stayed within, 0 if there were no blocks: for q = 1 the
// largest, otherwise at most 1/32 too much.
func (l *Load) Quantile(q float64) float64 { return l.shares.quantile(q) }

// histogram counts numbers, none negative, in classes whose width is 1/32 of a power of two. The first and the last
// class hold also what lies beyond.
type histogram struct {
	classes [octaves * perOctave]int64
	count   int64
	most    float64
}

const (
	octaves     = 48
	perOctave   = 32
	firstOctave = -28 // exponent of the numbers in the first class
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
