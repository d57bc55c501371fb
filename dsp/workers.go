package dsp

// Workers lends a [Processor] goroutines for the duration of a call. The division of the work never changes a bit of
// the result. A stream.Pool implements Workers.
type Workers interface {
	// Size returns how many parts can run at the same time, at least 1. It never changes.
	Size() int
	// For runs f(0), ..., f(parts-1), concurrently as far as possible, and returns after the last has returned. If a
	// part panics, For waits until all parts that have started have ended, and then panics in the goroutine of its
	// caller, with a value that describes the first panic.
	For(parts int, f func(part int))
}

// An Option configures a stream when it is created.
type Option func(*options)

type options struct{ workers Workers }

// WithWorkers divides the work of a stream among w, which other streams may share; nil means no workers. It does not
// change a bit of the result. Waking a goroutine costs about 10 microseconds, so a layer or a converter computes a call
// with less work alone. A [Sum] and a [PerChannel] always divide their work.
func WithWorkers(w Workers) Option { return func(o *options) { o.workers = w } }

// WorkersOf returns the workers that a list of options sets, or nil. Constructors of processors call it.
func WorkersOf(list ...Option) Workers {
	var o options
	for _, set := range list {
		if set != nil {
			set(&o)
		}
	}
	return o.workers
}
