package dsp

import "sync/atomic"

// A Guard enforces the rules on misuse for the [Processor] that embeds it. Process panics after Flush, and for a src
// that ends inside a frame. Flush appends its frames only once. A stream has one owner at a time. The zero Guard is
// ready to use.
//
// Process must call BeginProcess first, and Flush must append its frames only if BeginFlush returns true. A Processor
// with state needs a Reset of its own, which clears the state and calls Guard.Reset. Without it Guard.Reset is
// promoted, the Processor compiles, and its second stream starts with the state of the first; dsptest.Check finds this
// fault.
type Guard struct {
	Origin string // the call that creates another stream, for the error of Acquire; "" means "its constructor"

	frames  int64
	flushed bool
	owner   atomic.Int32
}

// The kinds of owners of a stream.
const (
	free    = int32(iota)
	running // owned by a pipeline while it runs
	part    // owned by a Chain, Sum or PerChannel, permanently
)

// BeginProcess starts a call of Process. values is the length of src, whose frames are added to Frames. BeginProcess
// panics after Flush, and if values is not a multiple of channels.
func (g *Guard) BeginProcess(values, channels int) {
	if g.flushed {
		panic("dsp: Process after Flush without Reset")
	}
	if values%channels != 0 {
		panic("dsp: src is not a whole number of frames")
	}
	g.frames += int64(values / channels)
}

// Frames returns the number of frames that the stream has consumed since the Guard was new or Reset, including the
// current call of Process. In the Flush of an empty stream, which must append nothing, Frames is 0.
func (g *Guard) Frames() int64 { return g.frames }

// BeginFlush starts a call of Flush. It returns true for the first Flush of a stream, which appends the held frames,
// and false for every later one, which must append nothing.
func (g *Guard) BeginFlush() bool {
	first := !g.flushed
	g.flushed = true
	return first
}

// Reset starts a new stream: Frames is 0 again, and Process is legal again. The owner stays.
func (g *Guard) Reset() { g.frames, g.flushed = 0, false }

// Acquire implements [Owned].
func (g *Guard) Acquire() error { return g.acquire(running) }

// Release implements [Owned].
func (g *Guard) Release() { g.owner.Store(free) }

// acquire sets the kind of owner, or fails if there is an owner already.
func (g *Guard) acquire(kind int32) error {
	if !g.owner.CompareAndSwap(free, kind) {
		return &InUseError{Origin: g.Origin, Part: g.owner.Load() == part}
	}
	return nil
}

// acquirePart makes a composition the owner.
func (g *Guard) acquirePart() error { return g.acquire(part) }
