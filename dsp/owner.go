package dsp

// Owned is implemented by a [Processor] that lets only one owner at a time run it. A pipeline owns its stages while it
// runs; a composition owns its parts permanently. Every Processor that embeds a [Guard] is Owned. A caller that
// bypasses Acquire and calls the methods of an owned Processor is not detected.
type Owned interface {
	// Acquire makes the caller the owner. It fails with an *InUseError if the Processor already has one. It is safe for
	// concurrent use.
	Acquire() error
	// Release ends the ownership that Acquire started.
	Release()
}

// An InUseError reports a stream that a second owner tried to run.
type InUseError struct {
	Origin string // the call that creates another stream, such as Model.NewStream; "" means "its constructor"
	Part   bool   // whether the owner is a Chain, Sum or PerChannel instead of a pipeline
}

// Error returns who owns the stream and how to create another one.
func (e *InUseError) Error() string {
	origin := e.Origin
	if origin == "" {
		origin = "its constructor"
	}
	if e.Part {
		return "this stream is part of a Chain, Sum or PerChannel already: create another one with " + origin
	}
	return "this stream is already running in another pipeline: create one per pipeline with " + origin
}

// acquire makes a composition the permanent owner of its parts. If one part already has an owner, acquire fails and
// leaves the owners of all parts unchanged.
func acquire(parts []Processor) error {
	for i, p := range parts {
		if err := acquireOne(p); err != nil {
			release(parts[:i])
			return err
		}
	}
	return nil
}

func acquireOne(p Processor) error {
	switch o := p.(type) {
	case interface{ acquirePart() error }: // embeds a Guard
		return o.acquirePart()
	case Owned:
		return o.Acquire()
	}
	return nil
}

// release frees parts after the constructor of a composition has failed.
func release(parts []Processor) {
	for _, p := range parts {
		if o, ok := p.(Owned); ok {
			o.Release()
		}
	}
}
