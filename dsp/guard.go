package dsp

import "sync/atomic"

// A Guard keeps the rules on misuse for the Processor that embeds it: Process after Flush and a src that ends inside a
// frame panic, a second Flush is noticed, and one owner at a time runs the stream. The zero Guard is ready to use. Its
// Reset serves a Processor without further state; a Processor with state calls Guard.Reset from its own Reset.
type Guard struct {
	Origin string // the call that creates another stream, for the error of Acquire; "" stands for its constructor

	flushed bool
	owner   atomic.Int32
}

// The kinds of owners of a stream.
const (
	free    = int32(iota)
	running // a pipeline, while it runs
	part    // a Chain, Sum or PerChannel, for good
)

// BeginProcess panics after Flush, and for a number of values that is not a whole number of frames.
func (g *Guard) BeginProcess(values, channels int) {
	if g.flushed {
		panic("dsp: Process after Flush without Reset")
	}
	if values%channels != 0 {
		panic("dsp: src is not a whole number of frames")
	}
}

// BeginFlush reports whether this is the first Flush of the stream, the one that has something to do.
func (g *Guard) BeginFlush() bool {
	first := !g.flushed
	g.flushed = true
	return first
}

// Reset begins a new stream. The owner stays the same.
func (g *Guard) Reset() { g.flushed = false }

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
