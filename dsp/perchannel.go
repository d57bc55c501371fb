package dsp

import "slices"

// PerChannel runs a processor of one channel for each channel of a stream.
type PerChannel struct {
	processors []Processor
	workers    Workers
	in, out    [][]float32
	work       func(channel int) // processes a block of a channel, made once
}

// perChannelBlock is how many frames are taken apart at a time.
const perChannelBlock = 1024

// NewPerChannel returns the processors, which must be equal, each taking and giving one channel, as one; they must not be used
// otherwise. Workers, if not nil, compute channels at the same time. The error is an *ArgError.
func NewPerChannel(workers Workers, processors ...Processor) (*PerChannel, error) {
	if len(processors) == 0 {
		return nil, argError("processors", 0, "at least 1")
	}
	p := &PerChannel{processors: processors, workers: workers}
	for _, one := range processors {
		if in, out := one.Channels(); in != 1 || out != 1 {
			return nil, argError("channels of a processor", max(in, out), "1")
		}
		p.in = append(p.in, make([]float32, 0, perChannelBlock))
		p.out = append(p.out, make([]float32, 0, one.MaxOut(perChannelBlock)))
	}
	p.work = p.processChannel
	return p, nil
}

// Channels returns how many processors there are, twice.
func (p *PerChannel) Channels() (in, out int) { return len(p.processors), len(p.processors) }

// Ratio returns that of the processors.
func (p *PerChannel) Ratio() (up, down int) { return p.processors[0].Ratio() }

// Frames returns what the processors make of n frames.
func (p *PerChannel) Frames(n int64) int64 { return p.processors[0].Frames(n) }

// MaxOut bounds what Process of n frames followed by Flush appends.
func (p *PerChannel) MaxOut(n int) int { return p.processors[0].MaxOut(n) }

// Lag returns that of the processors.
func (p *PerChannel) Lag() int { return p.processors[0].Lag() }

// MinFrames returns that of the processors.
func (p *PerChannel) MinFrames() int { return p.processors[0].MinFrames() }

// Reset begins a new stream.
func (p *PerChannel) Reset() {
	for _, one := range p.processors {
		one.Reset()
	}
}

// Process takes frames apart, and appends what the processors make of them.
func (p *PerChannel) Process(dst, src []float32) []float32 {
	n := len(p.processors)
	if len(src)%n != 0 {
		checkCall(len(src), n, false)
	}
	if len(src) == 0 {
		for _, one := range p.processors {
			one.Process(nil, nil) // which knows whether it has been flushed
		}
	}
	for len(src) > 0 {
		frames := min(perChannelBlock, len(src)/n)
		for c := range p.in {
			p.in[c] = p.in[c][:frames]
			for i := range p.in[c] {
				p.in[c][i] = src[i*n+c]
			}
		}
		src = src[frames*n:]
		if p.workers == nil || n == 1 {
			for c := range n {
				p.work(c)
			}
		} else {
			p.workers.Split(n, p.work)
		}
		dst = p.join(dst)
	}
	return dst
}

func (p *PerChannel) processChannel(c int) {
	p.out[c] = p.processors[c].Process(p.out[c][:0], p.in[c])
}

// Flush ends the streams.
func (p *PerChannel) Flush(dst []float32) []float32 {
	for c, one := range p.processors {
		p.out[c] = one.Flush(p.out[c][:0])
	}
	return p.join(dst)
}

// join appends the frames made of the channels.
func (p *PerChannel) join(dst []float32) []float32 {
	n, frames := len(p.out), len(p.out[0])
	at := len(dst)
	dst = slices.Grow(dst, n*frames)[:at+n*frames]
	for c, channel := range p.out {
		for i, v := range channel[:frames] {
			dst[at+i*n+c] = v
		}
	}
	return dst
}

// A Mixdown is the mean of the channels of each frame.
type Mixdown struct {
	channels int
	flushed  bool
}

// NewMixdown returns a Mixdown of so many channels, from 1 to 2^30. The error is an *ArgError.
func NewMixdown(channels int) (*Mixdown, error) {
	if channels < 1 || channels > maxSize {
		return nil, argError("channels", channels, "from 1 to %d", maxSize)
	}
	return &Mixdown{channels: channels}, nil
}

// Channels returns the number of channels, and 1.
func (m *Mixdown) Channels() (in, out int) { return m.channels, 1 }

// Ratio returns 1, 1.
func (m *Mixdown) Ratio() (up, down int) { return 1, 1 }

// Frames returns n.
func (m *Mixdown) Frames(n int64) int64 { return max(0, n) }

// MaxOut returns n.
func (m *Mixdown) MaxOut(n int) int { return n }

// Lag returns 0.
func (m *Mixdown) Lag() int { return 0 }

// MinFrames returns 1.
func (m *Mixdown) MinFrames() int { return 1 }

// Reset begins a new stream.
func (m *Mixdown) Reset() { m.flushed = false }

// Process appends a sample for each frame: the sum over the channels in float64, in their order, divided by their number, and
// rounded.
func (m *Mixdown) Process(dst, src []float32) []float32 {
	checkCall(len(src), m.channels, m.flushed)
	for ; len(src) > 0; src = src[m.channels:] {
		sum := 0.0
		for _, v := range src[:m.channels] {
			sum += float64(v)
		}
		dst = append(dst, float32(sum/float64(m.channels)))
	}
	return dst
}

// Flush appends nothing.
func (m *Mixdown) Flush(dst []float32) []float32 {
	m.flushed = true
	return dst
}
