package spectral

import "slices"

// frameStream is what processors that turn frames into frames of the same width, by their numbers, have in common: frames that
// may be needed again, in a window of fixed size.
type frameStream struct {
	channels int
	window   []float32 // frames base to taken-1
	base     int64
	taken    int64
	next     int64 // frame to leave
	flushed  bool
}

func newFrameStream(channels, frames int) frameStream {
	return frameStream{channels: channels, window: make([]float32, 0, frames*channels)}
}

// Channels returns the width of a frame, twice.
func (f *frameStream) Channels() (in, out int) { return f.channels, f.channels }

// MinFrames returns 1.
func (f *frameStream) MinFrames() int { return 1 }

// Reset begins a new stream.
func (f *frameStream) Reset() {
	f.window, f.base, f.taken, f.next, f.flushed = f.window[:0], 0, 0, 0, false
}

// take appends a frame to the window, of which the oldest goes if it is full.
func (f *frameStream) take(src []float32) {
	if len(f.window) == cap(f.window) {
		f.window = f.window[:copy(f.window, f.window[f.channels:])]
		f.base++
	}
	f.window = append(f.window, src[:f.channels]...)
	f.taken++
}

// at returns frame m.
func (f *frameStream) at(m int64) []float32 {
	return f.window[(m-f.base)*int64(f.channels):][:f.channels]
}

// mirrored puts margin frames before the first and after the last: the mirror image of the stream, in which the first and the
// last frame stand twice.
type mirrored struct {
	frameStream
	margin int64
}

func newMirrored(channels, margin int) *mirrored {
	return &mirrored{frameStream: newFrameStream(channels, max(1, margin)), margin: int64(margin)}
}

// Ratio returns 1, 1.
func (r *mirrored) Ratio() (up, down int) { return 1, 1 }

// Frames returns n with a margin on either side.
func (r *mirrored) Frames(n int64) int64 {
	if n <= 0 {
		return 0
	}
	return n + 2*r.margin
}

// MaxOut bounds what n frames give.
func (r *mirrored) MaxOut(n int) int { return n + 2*int(r.margin) }

// Lag returns the frames that wait for the mirror image of the first ones.
func (r *mirrored) Lag() int { return int(max(0, r.margin-1)) }

// Process takes frames and appends those that are certain.
func (r *mirrored) Process(dst, src []float32) []float32 {
	checkCall(len(src), r.channels, r.flushed)
	for ; len(src) > 0; src = src[r.channels:] {
		r.take(src)
		if r.taken < r.margin {
			continue
		}
		for ; r.next < r.taken+r.margin; r.next++ {
			dst = append(dst, r.at(r.mirror(r.next-r.margin))...)
		}
	}
	return dst
}

// Flush appends the margin behind the end.
func (r *mirrored) Flush(dst []float32) []float32 {
	r.flushed = true
	for end := r.Frames(r.taken); r.next < end; r.next++ {
		dst = append(dst, r.at(r.mirror(r.next-r.margin))...)
	}
	return dst
}

// mirror returns which frame stands at place m, of a stream that goes back and forth if it has fewer frames than the margin.
func (r *mirrored) mirror(m int64) int64 {
	if m < 0 {
		m = -1 - m
	}
	if r.taken == 0 || m < r.taken {
		return m
	}
	m %= 2 * r.taken
	return min(m, 2*r.taken-1-m)
}

// stretched gives up/down times as many frames, each between the two that it lies between: frame m has its middle at
// (m + 1/2)*down/up - 1/2, or at the first or the last frame if that lies beyond.
type stretched struct {
	frameStream
	up, down int64
}

// newStretched takes terms without a common divisor.
func newStretched(channels int, up, down int64) *stretched {
	return &stretched{frameStream: newFrameStream(channels, 2), up: up, down: down}
}

// Ratio returns up, down.
func (s *stretched) Ratio() (up, down int) { return int(s.up), int(s.down) }

// Frames returns ceil(n*up/down).
func (s *stretched) Frames(n int64) int64 {
	if n <= 0 {
		return 0
	}
	return n/s.down*s.up + ceilDiv(n%s.down*s.up, s.down)
}

// MaxOut bounds what n frames give.
func (s *stretched) MaxOut(n int) int { return int(s.Frames(int64(n))) + s.Lag() + 1 }

// Lag returns ceil((up+down)/(2*down)) - 1: frame m lies before input frame n once 2*down*m <= 2*up*n - up - down, and
// n*up/down are due.
func (s *stretched) Lag() int { return int(ceilDiv(s.up+s.down, 2*s.down)) - 1 }

// Process takes frames and appends those that lie before the last of them.
func (s *stretched) Process(dst, src []float32) []float32 {
	checkCall(len(src), s.channels, s.flushed)
	for ; len(src) > 0; src = src[s.channels:] {
		s.take(src)
		for (2*s.next+1)*s.down-s.up <= 2*s.up*(s.taken-1) {
			dst = s.emit(dst)
		}
	}
	return dst
}

// Flush appends the frames that lie beyond the last.
func (s *stretched) Flush(dst []float32) []float32 {
	s.flushed = true
	for end := s.Frames(s.taken); s.next < end; {
		dst = s.emit(dst)
	}
	return dst
}

// emit appends the next frame.
func (s *stretched) emit(dst []float32) []float32 {
	at := max(0, (2*s.next+1)*s.down-s.up) // in units of 1/(2*up) frames
	before := min(at/(2*s.up), s.taken-1)
	after := min(before+1, s.taken-1)
	part := float64(at-before*2*s.up) / float64(2*s.up)
	s.next++
	if part == 0 || after == before {
		return append(dst, s.at(before)...)
	}
	a, b := s.at(before), s.at(after)
	for i, v := range a {
		dst = append(dst, float32(float64(float64(v)*(1-part))+float64(float64(b[i])*part)))
	}
	return dst
}

// constantPhase gives the magnitudes of frames, or those of mel frames, the phase 0 in the middle of their frame.
type constantPhase struct {
	frameStream
	size int
	slot *slot
}

func newConstantPhase(in, size int, mels *melInverse) *constantPhase {
	return &constantPhase{frameStream: newFrameStream(in, 0), size: size, slot: newSlot(in, size/2+1, mels)}
}

// Channels returns the width of a frame that comes, and size.
func (c *constantPhase) Channels() (in, out int) { return c.channels, c.size }

// Ratio returns 1, 1.
func (c *constantPhase) Ratio() (up, down int) { return 1, 1 }

// Frames returns n.
func (c *constantPhase) Frames(n int64) int64 { return max(0, n) }

// MaxOut returns n.
func (c *constantPhase) MaxOut(n int) int { return n }

// Lag returns 0.
func (c *constantPhase) Lag() int { return 0 }

// Process appends a spectrum for each frame.
func (c *constantPhase) Process(dst, src []float32) []float32 {
	checkCall(len(src), c.channels, c.flushed)
	for ; len(src) > 0; src = src[c.channels:] {
		c.slot.take(src[:c.channels])
		for k := range c.slot.phase {
			c.slot.phase[k] = 1
		}
		c.slot.setSpectrum()
		at := len(dst)
		dst = slices.Grow(dst, c.size)[:at+c.size]
		c.slot.write(dst[at:])
	}
	return dst
}

// Flush appends nothing.
func (c *constantPhase) Flush(dst []float32) []float32 {
	c.flushed = true
	return dst
}
