package dsp

// A Sizer is a [Processor], or a set of weights, that reports its memory.
type Sizer interface {
	// Memory returns the bytes of the weights, which streams may share, and the bytes of the state of one stream.
	Memory() (weights, state int64)
}

// memoryOf returns the sums over those processors that are Sizers.
func memoryOf(processors []Processor) (weights, state int64) {
	for _, p := range processors {
		if m, ok := p.(Sizer); ok {
			w, s := m.Memory()
			weights, state = weights+w, state+s
		}
	}
	return weights, state
}

// A Referencer computes the one-shot result of a whole input by the definition of the operation. It is slow, and its
// index arithmetic is independent of the streams that tests compare with it.
type Referencer interface {
	// Reference returns the output frames for the whole input src. It fails with an *ArgError for a src that is not a
	// whole number of frames, and with a *TooShortError for fewer than MinFrames. An empty src is legal.
	Reference(src []float32) ([]float32, error)
}
