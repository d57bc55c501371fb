package dsp

// Owned is what a Processor implements to make sure that one owner at a time runs it: a pipeline while it runs, or the
// composition that it is part of for good. A Processor that embeds a [Guard] does. Nothing detects a caller that calls
// the methods of an owned Processor directly.
type Owned interface {
	// Acquire makes the caller the owner. It fails with an *InUseError if there is an owner already. It is safe for
	// concurrent use.
	Acquire() error
	// Release ends the ownership that Acquire began.
	Release()
}

// An InUseError reports a stream that a second owner tried to run.
type InUseError struct {
	Origin string // the call that creates another stream, such as Model.NewStream; "" stands for its constructor
	Part   bool   // the owner is a Chain, Sum or PerChannel, not a pipeline
}

// Error says what is wrong and names the cure.
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

// acquire makes a composition the owner of its parts for good. If one of them has an owner, the parts keep the owners
// that they had.
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

// release gives up parts after a composition could not be made.
func release(parts []Processor) {
	for _, p := range parts {
		if o, ok := p.(Owned); ok {
			o.Release()
		}
	}
}
