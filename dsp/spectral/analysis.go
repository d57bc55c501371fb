package spectral

import (
	"slices"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/fft"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// analysis is a dsp.Processor that cuts the samples of one channel into windowed frames and transforms each of them to
// a spectrum.
type analysis struct {
	layout   FrameLayout
	channels int                                        // of an output frame
	write    func(dst []float32, spectrum []complex128) // computes an output frame from its spectrum

	history []float64 // samples base to n-1; its capacity never changes
	base    int64
	n       int64 // samples consumed
	next    int64 // number of the next frame

	window   []float64
	frame    []float64
	fourier  *fft.Real
	spectrum []complex128
	dsp.Guard
}

// newAnalysis returns an analysis for a layout that FrameLayout.check has completed. origin is the public constructor,
// which the panics of dsp.Guard name.
func newAnalysis(
	origin string, l FrameLayout, channels int, write func(dst []float32, spectrum []complex128),
) *analysis {
	return &analysis{
		layout: l, channels: channels, write: write, Guard: dsp.Guard{Origin: origin},
		history: make([]float64, 0, 2*l.Size+max(l.Left, l.Right)+1+4096),
		window:  l.window(), frame: make([]float64, l.Size),
		fourier: fft.NewReal(l.Size), spectrum: make([]complex128, l.Size/2+1),
	}
}

// Shape returns 1 input channel, the values of an output frame, 1/Hop frames per sample (stretched: Up/(Down*Hop)), and
// the latency in frames, which follows from the layout. With Reflect, MinFrames is the shortest signal that has a frame
// and is long enough to be mirrored.
func (a *analysis) Shape() dsp.Shape {
	l := a.layout
	up, down := ratio.Reduce(l.Up, l.Down*l.Hop)
	return dsp.Shape{In: 1, Out: a.channels, Up: up, Down: down, Latency: l.latency(), MinFrames: l.minSamples()}
}

// OutFrames returns the number of frames of a signal of n samples.
func (a *analysis) OutFrames(n int64) int64 { return a.layout.frames(n) }

// Emitted returns the number of frames whose last sample is among the first n. With Reflect it is 0 up to n = Left,
// because the mirror image at the start needs sample Left.
func (a *analysis) Emitted(n int64) int64 { return a.layout.complete(n) }

// MaxOutFrames returns a bound on the frames that Process of n samples followed by Flush appends.
func (a *analysis) MaxOutFrames(n int) int { return a.layout.maxFrames(n) }

// Memory returns the bytes that the stream holds, all of them state. It implements [dsp.Sizer].
func (a *analysis) Memory() (weights, state int64) {
	return 0, 8*int64(cap(a.history)+len(a.window)+len(a.frame)+2*len(a.spectrum)) + a.fourier.Bytes()
}

// Reset begins a new stream.
func (a *analysis) Reset() {
	a.history, a.base, a.n, a.next = a.history[:0], 0, 0, 0
	a.Guard.Reset()
}

// Process consumes samples and appends the frames that they complete.
func (a *analysis) Process(dst, src []float32) []float32 {
	a.BeginProcess(len(src), 1)
	for len(src) > 0 {
		k := min(len(src), a.room())
		for _, v := range src[:k] {
			a.history = append(a.history, float64(v))
		}
		a.n += int64(k)
		src = src[k:]
		for a.layout.start(a.next)+int64(a.layout.Size) <= a.n && (!a.layout.Reflect || a.n > int64(a.layout.Left)) {
			dst = a.emit(dst)
		}
	}
	return dst
}

// Flush ends the stream and appends the frames whose windows extend beyond its end. It appends nothing if the stream
// had fewer samples than the MinFrames of Shape.
func (a *analysis) Flush(dst []float32) []float32 {
	if !a.BeginFlush() || a.n < int64(a.layout.minSamples()) {
		return dst
	}
	for end := a.layout.frames(a.n); a.next < end; {
		dst = a.emit(dst)
	}
	return dst
}

// room returns how many samples history has room for, at least 1. A full history first drops the samples that no later
// frame needs. With Reflect it keeps the last Right+1 samples for the mirror image at the end.
func (a *analysis) room() int {
	if len(a.history) == cap(a.history) {
		needed := max(0, a.layout.start(a.next))
		if a.layout.Reflect {
			needed = min(needed, a.n-int64(a.layout.Right)-1)
		}
		gone := int(min(needed, a.n) - a.base)
		a.history = a.history[:copy(a.history, a.history[gone:])]
		a.base += int64(gone)
	}
	return cap(a.history) - len(a.history)
}

// emit appends the next frame.
func (a *analysis) emit(dst []float32) []float32 {
	a.load(a.layout.start(a.next))
	a.next++
	a.fourier.Forward(a.spectrum, a.frame)
	at := len(dst)
	dst = slices.Grow(dst, a.channels)[:at+a.channels]
	a.write(dst[at:], a.spectrum)
	return dst
}

// load sets frame to the samples from start on, times the window. Beyond the ends the signal is 0, or its mirror image
// with Reflect.
func (a *analysis) load(start int64) {
	for i := range a.frame {
		at := start + int64(i)
		if a.layout.Reflect && at < 0 {
			at = -at
		} else if a.layout.Reflect && at >= a.n {
			at = 2*(a.n-1) - at
		}
		a.frame[i] = 0
		if at >= 0 && at < a.n && a.window[i] != 0 { // 0*NaN is NaN: a NaN must not reach frames where the window is 0
			a.frame[i] = float64(a.history[at-a.base] * a.window[i])
		}
	}
}
