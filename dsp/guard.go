package dsp

import "sync/atomic"

// A Guard enforces the rules on misuse for the Processor that embeds it: Process panics after Flush and for a src that
// ends inside a frame, Flush appends its frames only once, and the stream has only one owner at a time. The zero Guard
// is ready to use.
//
// Process calls BeginProcess first, and Flush appends its frames only if BeginFlush returns true. Guard.Reset is
// promoted to the Processor, so a Processor that has state compiles without a Reset of its own and is wrong: its second
// stream begins with the state of the first. A Processor with state needs its own Reset, which clears the state and
// calls Guard.Reset. dsptest.Check finds a Reset that is missing.
type Guard struct {
	Origin string // the call that creates another stream, for the error of Acquire; "" stands for its constructor

	frames  int64
	flushed bool
	owner   atomic.Int32
}

// The kinds of owners of a stream.
const (
	free    = int32(iota)
	running // a pipeline, while it runs
	part    // a Chain, Sum or PerChannel, for good
)

// BeginProcess begins a call of Process: it adds the frames of src, which has the given number of values, to Frames. It
// panics after Flush, and if the values are not a whole number of frames of the given channels.
func (g *Guard) BeginProcess(values, channels int) {
	if g.flushed {
		panic("dsp: Process after Flush without Reset")
	}
	if values%channels != 0 {
		panic("dsp: src is not a whole number of frames")
	}
	g.frames += int64(values / channels)
}

// Frames returns the number of frames that the stream has consumed: those of all BeginProcess calls since the Guard was
// new or Reset, the call under way included. It is 0 in the Flush of an empty stream, which must append nothing.
func (g *Guard) Frames() int64 { return g.frames }

// BeginFlush begins a call of Flush. It returns true for the first Flush of a stream, which appends the frames held
// back, and false for any further one, which appends nothing.
func (g *Guard) BeginFlush() bool {
	first := !g.flushed
	g.flushed = true
	return first
}

// Reset begins a new stream, of 0 frames. The owner stays the same.
func (g *Guard) Reset() { g.frames, g.flushed = 0, false }

// Acquire implements [Owned].
func (g *Guard) Acquire() error { return g.acquire(running) }

// Release implements [Owned].
func (g *Guard) Release() { g.owner.Store(free) }

// acquire makes an owner of the given kind the only one.
func (g *Guard) acquire(kind int32) error {
	if !g.owner.CompareAndSwap(free, kind) {
		return &InUseError{Origin: g.Origin, Part: g.owner.Load() == part}
	}
	return nil
}

// acquirePart makes a composition the owner.
func (g *Guard) acquirePart() error { return g.acquire(part) }
