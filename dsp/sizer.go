package dsp

// A Sizer is a Processor or a set of weights that knows its memory.
type Sizer interface {
	// Memory returns the bytes of the weights, which streams may share, and those of the state of one stream.
	Memory() (weights, state int64)
}

// memoryOf adds up the processors that know theirs.
func memoryOf(processors []Processor) (weights, state int64) {
	for _, p := range processors {
		if m, ok := p.(Sizer); ok {
			w, s := m.Memory()
			weights, state = weights+w, state+s
		}
	}
	return weights, state
}

// A Referencer computes the result of a whole input by the definition: one-shot, with index arithmetic of its own,
// slowly. Tests compare streams with it.
type Referencer interface {
	// Reference returns the output frames for the frames of src, which are a whole input. It fails with an *ArgError
	// for a src that is not a whole number of frames, and with a *TooShortError for fewer than MinFrames, except for
	// none.
	Reference(src []float32) ([]float32, error)
}
