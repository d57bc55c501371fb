package dsp

import "github.com/tailwave/tailwave/dsp/internal/kernel"

// A LayerOption is what NewConv1D and NewUpsampler take beyond weights.
type LayerOption func(*layer)

// layer is what the layers have in common.
type layer struct {
	level         kernel.Level
	before, after Activation
	workers       Workers
	minPart       int64 // multiply-adds of a part worth giving to another goroutine
	most          int   // frames that a stream takes in at a time; 0 for as many as are good for its speed
}

// Before applies a to every sample as it enters the layer, before padding: in the pass that copies it there.
func Before(a Activation) LayerOption { return func(l *layer) { l.before = a } }

// After applies a to every sample as it leaves the layer, after the bias, while it is still in the cache.
func After(a Activation) LayerOption { return func(l *layer) { l.after = a } }

// Across divides large blocks among w. It does not change a bit of the result. Streams that take turns may share w.
func Across(w Workers) LayerOption { return func(l *layer) { l.workers = w } }

// InBlocks has a stream take in at most that many frames at a time, at least 1, which bounds the memory that it keeps. It
// does not change a bit of the result.
func InBlocks(frames int) LayerOption { return func(l *layer) { l.most = max(1, frames) } }

// newLayer collects options for a layer of the given widths.
func newLayer(in, out int, options []LayerOption) (layer, error) {
	level, err := kernel.Choose()
	if err != nil {
		return layer{}, err
	}
	l := layer{level: level, minPart: minPart}
	for _, o := range options {
		o(&l)
	}
	return l, l.check(in, out)
}

// check reports activations that do not fit the widths of the layer.
func (l layer) check(in, out int) error {
	if err := l.before.check("before", in); err != nil {
		return err
	}
	return l.after.check("after", out)
}

// size returns how many parts may run at once.
func (l layer) size() int {
	if l.workers == nil {
		return 1
	}
	return max(1, l.workers.Size())
}

// parts returns how many parts to divide a computation of so many multiply-adds into, so that each is worth a wake-up.
func (l layer) parts(macs int64) int {
	return int(max(1, min(int64(l.size()), macs/l.minPart)))
}

// block returns how many frames to take in at a time, where that many would be good for speed.
func (l layer) block(frames int) int {
	if l.most > 0 {
		return min(l.most, frames)
	}
	return frames
}

// minPart is some 10 microseconds of one core.
const minPart = 1 << 19

// CPU returns which instructions the kernels use: generic, avx2 or avx512. The environment variable TAILWAVE_CPU chooses
// one; a value that is none of them, or that this processor or build cannot run, is the error. Results do not depend on it.
func CPU() (string, error) {
	level, err := kernel.Choose()
	return level.String(), err
}

// rowPadding returns the distance between frames of the given channels in a layer's own memory. Rows a multiple of 1 KiB
// apart would contend for the same few places of the first-level cache.
func rowPadding(channels int) int {
	if channels%256 == 0 {
		return channels + 16
	}
	return channels
}
