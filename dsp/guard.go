package dsp

import "sync/atomic"

// A Guard keeps the rules on misuse for the Processor that embeds it: Process after Flush and a src that ends inside a
// frame panic, a second Flush is noticed, and one owner at a time runs the stream. The zero Guard is ready to use. Its
// Reset serves a Processor without further state; others call it from their own.
type Guard struct {
	Origin string // the call that creates another stream, for the error of Acquire; "" stands for its constructor

	flushed bool
	owned   atomic.Bool
}

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
func (g *Guard) Acquire() error {
	if !g.owned.CompareAndSwap(false, true) {
		return &InUseError{Origin: g.Origin}
	}
	return nil
}

// Release implements [Owned].
func (g *Guard) Release() { g.owned.Store(false) }

// Owned is what a Processor implements to make sure that one owner at a time runs it: a pipeline while it runs, or the
// composition that it is part of for good. A Processor that embeds a [Guard] does.
type Owned interface {
	// Acquire makes the caller the owner. It fails with an *InUseError if there is an owner already. It is safe for
	// concurrent use.
	Acquire() error
	// Release gives up what Acquire has gained.
	Release()
}

// An InUseError reports a stream that a second owner tried to run.
type InUseError struct {
	Origin string // the call that creates another stream, such as Model.NewStream; "" stands for its constructor
}

// Error says what is wrong and names the cure.
func (e *InUseError) Error() string {
	origin := e.Origin
	if origin == "" {
		origin = "its constructor"
	}
	return "this stream is already running in another pipeline: create one per pipeline with " + origin
}

// acquire makes a composition the owner of its parts for good.
func acquire(parts []Processor) error {
	for i, p := range parts {
		o, ok := p.(Owned)
		if !ok {
			continue
		}
		if err := o.Acquire(); err != nil {
			for _, earlier := range parts[:i] {
				if o, ok := earlier.(Owned); ok {
					o.Release()
				}
			}
			return err
		}
	}
	return nil
}
