package dsp

// A Processor turns a stream of frames into a stream of frames. A frame is one time step with its channels adjacent, so
// n frames of c channels are a []float32 of length n*c. A Processor has one owner: its methods must not be called
// concurrently.
//
// For any split of the input into Process calls, empty and one-frame calls included, the concatenated results of
// Process followed by Flush are the frames of one call over everything, bit for bit. Process and Flush cannot fail:
// the constructor checks everything that can.
//
// The legal order of calls is Process* Flush+ (Reset Process* Flush+)*. Process after Flush without Reset, and a src
// that is not a whole number of frames, are programming errors and panic.
type Processor interface {
	// Shape returns what never changes about the Processor.
	Shape() Shape

	// OutFrames returns the number of output frames of a whole stream of n input frames, Flush included.
	// OutFrames(0) is 0: a stream that never began has no output.
	OutFrames(n int64) int64

	// Emitted returns the number of output frames that Process calls have appended after n input frames, before Flush.
	// It depends on n alone, not on how the frames were cut, and never decreases. Emitted(0) is 0.
	Emitted(n int64) int64

	// MaxOutFrames bounds the frames that one Process call with n input frames, followed by Flush, appends.
	MaxOutFrames(n int) int

	// Process consumes the frames of src and appends to dst every output frame that has become final, then returns the
	// extended slice. It allocates only if dst lacks the capacity. It must not change src, nor keep it after the call:
	// the caller may overwrite src then. src must not overlap the spare capacity of dst.
	Process(dst, src []float32) []float32

	// Flush ends the stream: it appends the frames held back so far. A second Flush appends nothing.
	Flush(dst []float32) []float32

	// Reset returns the Processor to the state in which its constructor left it, in mid-stream as after Flush. Only the
	// owner stays.
	Reset()
}

// A Shape is what never changes about a Processor.
type Shape struct {
	In, Out int // channels of an input frame and of an output frame, at least 1

	// Up/Down is the number of output frames per input frame, in lowest terms.
	Up, Down int

	// Latency is the largest number of output frames ever held back: the maximum over all n of
	// floor(n*Up/Down) - Emitted(n). With LatencyIsBound it is an upper bound of that.
	Latency        int
	LatencyIsBound bool

	// Period is a number of input frames after which the counts of frames repeat, a multiple of Down: from the first n
	// with Emitted(n) > 0 on, Emitted(n+Period) is Emitted(n) + Period*Up/Down, and from MinFrames on the same holds
	// for OutFrames. It is larger than Down for a Processor that lowers the rate and raises it again, or works in
	// blocks. 0 stands for Down, and math.MaxInt64 for a period that is too long for an int64.
	Period int64

	// MinFrames is the length of the shortest non-empty input that has a result, usually 1; 0 stands for 1. The Flush
	// of a stream with fewer frames appends nothing. Callers report that with CheckLength before they call Flush.
	MinFrames int
}

// period returns Period with its default.
func (s Shape) period() int64 {
	if s.Period == 0 {
		return int64(s.Down)
	}
	return s.Period
}

// checkPart reports a part of a composition that cannot be one.
func checkPart(p Processor) error {
	if p == nil {
		return NewArgError("processor", nil, "present")
	}
	switch s := p.Shape(); {
	case s.In < 1 || s.Out < 1:
		return NewArgError("channels of a processor", [2]int{s.In, s.Out}, "at least 1 in and out")
	case s.Up < 1 || s.Down < 1:
		return NewArgError("ratio of a processor", [2]int{s.Up, s.Down}, "positive, as Up and Down of its Shape")
	}
	return nil
}

// CheckLength returns a *TooShortError if a whole input of n frames is too short for p, else nil.
func CheckLength(p Processor, n int64) error {
	if least := p.Shape().MinFrames; n > 0 && n < int64(least) {
		return &TooShortError{Have: n, Need: least}
	}
	return nil
}

// Float is the sample type of an operator.
type Float interface{ float32 | float64 }
