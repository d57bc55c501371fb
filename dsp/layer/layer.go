package layer

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// An Option configures a layer when [NewConv1D] or [NewConvTranspose1D] creates it, and applies to all its streams.
type Option func(*layer)

// layer is the part that all layers have in common. It never changes, so any number of goroutines may use it.
type layer struct {
	level     kernel.Level
	pre, post Activation
	minPart   int64 // smallest number of multiply-adds for which waking another goroutine pays
	maxBlock  int   // most frames that a stream consumes at a time; 0 means no bound
}

// PreActivation applies a to every sample that enters the layer, before padding. The samples are changed while they are
// copied into the layer, so this needs no extra pass.
func PreActivation(a Activation) Option { return func(l *layer) { l.pre = a } }

// PostActivation applies a to every sample that leaves the layer, after the bias, while the sample is still in the
// cache.
func PostActivation(a Activation) Option { return func(l *layer) { l.post = a } }

// MaxBlock bounds the frames that a stream consumes at a time, and with them its memory. 0 or less selects the default,
// which is best for speed. It does not change a bit of the result.
func MaxBlock(frames int) Option { return func(l *layer) { l.maxBlock = max(0, frames) } }

// newLayer applies options to a layer with the passed channels.
func newLayer(in, out int, options []Option) (layer, error) {
	level, err := kernel.Choose()
	if err != nil {
		return layer{}, err
	}
	l := layer{level: level, minPart: minPart}
	for _, o := range options {
		o(&l)
	}
	if err := l.pre.check("before", in); err != nil {
		return layer{}, err
	}
	return l, l.post.check("after", out)
}

// block returns the number of frames to consume at a time: the passed number, which is best for speed, or less if
// MaxBlock says so.
func (l *layer) block(frames int) int {
	if l.maxBlock > 0 {
		return min(l.maxBlock, frames)
	}
	return frames
}

// parts returns the number of parts into which to divide a number of multiply-adds, so that each part is worth waking a
// worker.
func (l *layer) parts(workers int, macs int64) int {
	return int(max(1, min(int64(workers), macs/l.minPart)))
}

// workersSize returns how many parts can run at the same time.
func workersSize(w dsp.Workers) int {
	if w == nil {
		return 1
	}
	return max(1, w.Size())
}

// minPart is the number of multiply-adds of one core in about 10 microseconds.
const minPart = 1 << 19

// rowPadding returns the distance between frames in the memory of a layer, in elements. Rows that are a multiple of 1
// KiB apart would contend for the same few sets of the first-level cache.
func rowPadding(channels int) int {
	if channels%256 == 0 {
		return channels + 16
	}
	return channels
}
