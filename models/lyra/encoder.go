package lyra

import "github.com/tailwave/tailwave/dsp"

// An Encoder is the processor from samples to frames of latents. Behind the last sample it puts zeros up to a whole hop, so
// that n samples make ceil(n/Hop) frames, of which none waits for samples to come.
type Encoder struct {
	network dsp.Processor
	part    int // samples of a hop that is not complete
	flushed bool
}

var silence [Hop]float32

var _ dsp.Processor = (*Encoder)(nil)

// NewEncoder returns an Encoder for one stream, which workers help with; nil for none.
func (c *Codec) NewEncoder(workers dsp.Workers) (*Encoder, error) {
	p, err := c.encoder.Stream(workers)
	if err != nil {
		return nil, err
	}
	return &Encoder{network: p}, nil
}

// Memory returns the bytes of the packed weights, which streams share, and of what this stream keeps.
func (e *Encoder) Memory() (weights, state int64) {
	return e.network.(interface {
		Memory() (weights, state int64)
	}).Memory()
}

// Channels returns 1, Latents.
func (e *Encoder) Channels() (in, out int) { return 1, Latents }

// Ratio returns 1, Hop.
func (e *Encoder) Ratio() (up, down int) { return 1, Hop }

// Frames returns ceil(n/Hop).
func (e *Encoder) Frames(n int64) int64 { return (n + Hop - 1) / Hop }

// MaxOut bounds what Process of n samples followed by Flush appends.
func (e *Encoder) MaxOut(n int) int { return e.network.MaxOut(n + Hop - 1) }

// Lag returns 0.
func (e *Encoder) Lag() int { return 0 }

// MinFrames returns 1.
func (e *Encoder) MinFrames() int { return 1 }

// Reset begins a new stream.
func (e *Encoder) Reset() {
	e.network.Reset()
	e.part, e.flushed = 0, false
}

// Process takes in samples and appends the latents of the hops that they complete.
func (e *Encoder) Process(dst, src []float32) []float32 {
	if e.flushed {
		panic("lyra: Process after Flush without Reset")
	}
	e.part = (e.part + len(src)) % Hop
	return e.network.Process(dst, src)
}

// Flush ends the stream.
func (e *Encoder) Flush(dst []float32) []float32 {
	if e.flushed {
		return dst
	}
	e.flushed = true
	if e.part > 0 {
		dst = e.network.Process(dst, silence[e.part:])
	}
	return e.network.Flush(dst)
}
