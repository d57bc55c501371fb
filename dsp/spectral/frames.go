package spectral

import (
	"slices"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// frameStream is the common part of processors whose output frames depend on input frames by number. It keeps the last
// input frames in a window of fixed capacity.
type frameStream struct {
	channels int       // values of an input frame
	window   []float32 // frames base to taken-1
	base     int64
	taken    int64 // frames consumed
	next     int64 // number of the next output frame
	dsp.Guard
}

// newFrameStream returns a frameStream that keeps the given number of frames.
func newFrameStream(channels, frames int) frameStream {
	return frameStream{channels: channels, window: make([]float32, 0, frames*channels)}
}

// Memory returns the bytes of the window as state. It implements [dsp.Sizer].
func (f *frameStream) Memory() (weights, state int64) { return 0, 4 * int64(cap(f.window)) }

// Reset begins a new stream.
func (f *frameStream) Reset() {
	f.window, f.base, f.taken, f.next = f.window[:0], 0, 0, 0
	f.Guard.Reset()
}

// take appends a frame to the window. If the window is full, it first drops the oldest frame.
func (f *frameStream) take(src []float32) {
	if len(f.window) == cap(f.window) {
		f.window = f.window[:copy(f.window, f.window[f.channels:])]
		f.base++
	}
	f.window = append(f.window, src[:f.channels]...)
	f.taken++
}

// at returns frame m, which must be in the window.
func (f *frameStream) at(m int64) []float32 {
	return f.window[(m-f.base)*int64(f.channels):][:f.channels]
}

// mirrored extends a stream of frames by its mirror image, by margin frames before the first and after the last. The
// first and the last frame are repeated: a stream of frames a b c with a margin of 2 becomes b a a b c c b.
type mirrored struct {
	frameStream
	margin int64
}

func newMirrored(channels, margin int) *mirrored {
	return &mirrored{frameStream: newFrameStream(channels, max(1, margin)), margin: int64(margin)}
}

// Shape returns the channels and the latency, margin-1 frames: nothing is emitted before the margin is complete.
func (r *mirrored) Shape() dsp.Shape {
	return dsp.Shape{In: r.channels, Out: r.channels, Up: 1, Down: 1, Latency: int(max(0, r.margin-1)), MinFrames: 1}
}

// OutFrames returns n + 2*margin, or 0 for n = 0.
func (r *mirrored) OutFrames(n int64) int64 {
	if n <= 0 {
		return 0
	}
	return n + 2*r.margin
}

// Emitted returns n + margin from n = margin on, and 0 before.
func (r *mirrored) Emitted(n int64) int64 {
	if n <= 0 || n < r.margin {
		return 0
	}
	return n + r.margin
}

// MaxOutFrames returns a bound on the frames that Process of n frames followed by Flush appends: n, both margins, and
// the frames held before.
func (r *mirrored) MaxOutFrames(n int) int { return n + 2*int(r.margin) + r.Shape().Latency }

// Process consumes frames and appends the margin before the first one and the frames themselves.
func (r *mirrored) Process(dst, src []float32) []float32 {
	r.BeginProcess(len(src), r.channels)
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

// Flush ends the stream and appends the margin after the last frame, and everything before it that is still held.
func (r *mirrored) Flush(dst []float32) []float32 {
	r.BeginFlush()
	for end := r.OutFrames(r.taken); r.next < end; r.next++ {
		dst = append(dst, r.at(r.mirror(r.next-r.margin))...)
	}
	return dst
}

// mirror returns the number of the input frame at position m of the extended stream, where position 0 is the first
// input frame. A stream shorter than the margin is mirrored back and forth.
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

// stretched changes the number of frames by the factor up/down, by linear interpolation. Output frame m is at position
// (m + 1/2)*down/up - 1/2 between the input frames, so that the middles of both streams agree. Positions before the
// first or after the last input frame yield that frame.
type stretched struct {
	frameStream
	up, down int64
}

// newStretched returns a stretched for a ratio in lowest terms.
func newStretched(channels int, up, down int64) *stretched {
	return &stretched{frameStream: newFrameStream(channels, 2), up: up, down: down}
}

// Shape returns the channels, the ratio, and the latency in frames, ceil((up+down)/(2*down)) - 1. Frame m can be
// computed from n input frames if 2*down*m <= 2*up*n - up - down, while floor(n*up/down) frames are due.
func (s *stretched) Shape() dsp.Shape {
	return dsp.Shape{
		In: s.channels, Out: s.channels, Up: int(s.up), Down: int(s.down),
		Latency: int(ratio.CeilDiv(s.up+s.down, 2*s.down)) - 1, MinFrames: 1,
	}
}

// OutFrames returns ceil(n*up/down).
func (s *stretched) OutFrames(n int64) int64 { return ratio.CeilMul(max(0, n), s.up, s.down) }

// Emitted returns the number of output frames whose position is not after input frame n-1.
func (s *stretched) Emitted(n int64) int64 {
	if n <= 0 {
		return 0
	}
	return ratio.FloorDiv(s.up*(2*n-1)+s.down, 2*s.down)
}

// MaxOutFrames returns a bound on the frames that Process of n frames followed by Flush appends.
func (s *stretched) MaxOutFrames(n int) int {
	return int(s.OutFrames(int64(n))) + s.Shape().Latency + 1
}

// Process consumes frames and appends the output frames whose position is not after the last of them.
func (s *stretched) Process(dst, src []float32) []float32 {
	s.BeginProcess(len(src), s.channels)
	for ; len(src) > 0; src = src[s.channels:] {
		s.take(src)
		for (2*s.next+1)*s.down-s.up <= 2*s.up*(s.taken-1) {
			dst = s.emit(dst)
		}
	}
	return dst
}

// Flush ends the stream and appends the output frames whose position is after the last input frame.
func (s *stretched) Flush(dst []float32) []float32 {
	s.BeginFlush()
	for end := s.OutFrames(s.taken); s.next < end; {
		dst = s.emit(dst)
	}
	return dst
}

// emit appends output frame next.
func (s *stretched) emit(dst []float32) []float32 {
	at := max(0, (2*s.next+1)*s.down-s.up) // position in units of 1/(2*up) frames
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

// constantPhase turns frames of magnitudes, or mel frames if mels is not nil, into spectra with phase 0 at the middle
// of the frame for all frequencies.
type constantPhase struct {
	frameStream
	size int
	slot *slot
}

func newConstantPhase(in, size int, mels *melInverse) *constantPhase {
	return &constantPhase{frameStream: newFrameStream(in, 0), size: size, slot: newSlot(in, size/2+1, mels)}
}

// Shape returns In, the values of an input frame, and Out, which is size. The latency is 0.
func (c *constantPhase) Shape() dsp.Shape {
	return dsp.Shape{In: c.channels, Out: c.size, Up: 1, Down: 1, MinFrames: 1}
}

// OutFrames returns n.
func (c *constantPhase) OutFrames(n int64) int64 { return max(0, n) }

// Emitted returns n.
func (c *constantPhase) Emitted(n int64) int64 { return max(0, n) }

// MaxOutFrames returns n.
func (c *constantPhase) MaxOutFrames(n int) int { return n }

// Memory returns the bytes that the stream holds, all of them state. It implements [dsp.Sizer].
func (c *constantPhase) Memory() (weights, state int64) {
	return 0, c.slot.bytes() + c.slot.mels.bytes()
}

// Process consumes frames and appends a spectrum for each of them.
func (c *constantPhase) Process(dst, src []float32) []float32 {
	c.BeginProcess(len(src), c.channels)
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

// Flush ends the stream. It appends nothing.
func (c *constantPhase) Flush(dst []float32) []float32 {
	c.BeginFlush()
	return dst
}
