package dsp

// Workers lends a processor other goroutines for the duration of a call. How the work is divided never changes a bit of
// the result. Nil stands for none.
type Workers interface {
	// Size returns how many parts run at once, at least 1. It is always the same.
	Size() int
	// Split runs f(0), ..., f(parts-1), concurrently as far as possible, and returns when all have returned. If one panics,
	// Split panics in the goroutine of its caller, with a value that tells of the first, once all that had begun have ended.
	Split(parts int, f func(part int))
}
