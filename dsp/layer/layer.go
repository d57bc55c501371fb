package layer

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// An Option is what NewConv1D and NewConvTranspose1D take beyond weights. It holds for all streams of the layer.
type Option func(*layer)

// layer is what the layers have in common: it never changes, so any number of goroutines may use it.
type layer struct {
	level     kernel.Level
	pre, post Activation
	minPart   int64 // multiply-adds of a part worth giving to another goroutine
	maxBlock  int   // frames that a stream consumes at a time; 0 for as many as are good for its speed
}

// PreActivation applies a to every sample as it enters the layer, before padding, in the pass that copies the sample
// into the layer.
func PreActivation(a Activation) Option { return func(l *layer) { l.pre = a } }

// PostActivation applies a to every sample as it leaves the layer, after the bias, while it is still in the cache.
func PostActivation(a Activation) Option { return func(l *layer) { l.post = a } }

// MaxBlock makes streams consume at most the given number of frames at a time, which bounds the memory that they keep;
// 0 or less stands for as many as are good for speed. It does not change a bit of the result.
func MaxBlock(frames int) Option { return func(l *layer) { l.maxBlock = max(0, frames) } }

// newLayer collects options for a layer of the given channels.
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

// block returns how many frames to consume at a time, where the given number would be good for speed.
func (l *layer) block(frames int) int {
	if l.maxBlock > 0 {
		return min(l.maxBlock, frames)
	}
	return frames
}

// parts returns how many parts to divide a computation of the given multiply-adds into among workers, so that each is
// worth a wake-up.
func (l *layer) parts(workers int, macs int64) int {
	return int(max(1, min(int64(workers), macs/l.minPart)))
}

// workersSize returns how many parts may run at once.
func workersSize(w dsp.Workers) int {
	if w == nil {
		return 1
	}
	return max(1, w.Size())
}

// minPart is about 10 microseconds of one core.
const minPart = 1 << 19

// rowPadding returns the distance between frames of the given channels in a layer's own memory. Rows a multiple of 1
// KiB apart would contend for the same few places of the first-level cache.
func rowPadding(channels int) int {
	if channels%256 == 0 {
		return channels + 16
	}
	return channels
}
