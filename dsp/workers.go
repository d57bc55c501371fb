package dsp

// Workers lends a processor other goroutines for the duration of a call. The division of the work never changes a bit
// of the result. A stream.Pool is Workers.
type Workers interface {
	// Size returns how many parts run at once, at least 1. It is always the same.
	Size() int
	// For runs f(0), ..., f(parts-1), concurrently as far as possible, and returns when all have returned. If one
	// panics, For panics in the goroutine of its caller, with a value that describes the first panic, once all parts
	// that had begun have ended.
	For(parts int, f func(part int))
}

// An Option configures a stream when it is created.
type Option func(*options)

type options struct{ workers Workers }

// WithWorkers divides the work of a stream among w, which streams may share; nil stands for none. It does not change a
// bit of the result. Where a layer or a converter has too little work in a call to be worth the exchange, about 10
// microseconds for each goroutine, the caller computes it alone; a Sum and a PerChannel always divide theirs.
func WithWorkers(w Workers) Option { return func(o *options) { o.workers = w } }

// WorkersOf returns the workers in a list of options, nil if there are none: it is for constructors of processors.
func WorkersOf(list ...Option) Workers {
	var o options
	for _, set := range list {
		if set != nil {
			set(&o)
		}
	}
	return o.workers
}
