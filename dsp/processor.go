package dsp

import "fmt"

// A Processor turns a stream of frames into a stream of frames. A frame is one time step with its channels adjacent, so
// n frames of c channels are a []float32 of length n*c. A Processor has one owner: its methods must not be called
// concurrently.
//
// The input may be split into Process calls in any way, including empty and one-frame calls. The concatenated results
// of Process, followed by the result of Flush, are bit for bit the result of one call over the whole input. The package
// comment explains why.
//
// After Flush only another Flush and Reset are legal; Reset is legal at any time. Process and Flush cannot fail:
// whatever can be invalid is checked by the constructor. Two programming errors panic: Process after Flush without
// Reset, and a src that is not a whole number of frames.
type Processor interface {
	// Shape returns the constant properties of the Processor.
	Shape() Shape

	// OutFrames returns the number of output frames of a whole stream of n input frames, Flush included.
	// OutFrames(0) is 0: an empty stream has no output.
	OutFrames(n int64) int64

	// Emitted returns the number of output frames that Process calls have appended after n input frames, before Flush.
	// Emitted(0) is 0. The number depends on n alone, not on the chunks, and never decreases with n.
	Emitted(n int64) int64

	// MaxOutFrames bounds the output frames that one Process call with n input frames, followed by Flush, appends.
	// Process and Flush do not reallocate a dst that has room for them.
	MaxOutFrames(n int) int

	// Process consumes the frames of src, appends to dst every output frame that has become final, and returns the
	// extended slice. It allocates only if dst lacks the capacity. It must not change src, nor keep it after the call,
	// because the caller may overwrite src then. src must not overlap the spare capacity of dst.
	Process(dst, src []float32) []float32

	// Flush ends the stream: it appends the frames that the Processor still holds. A second Flush appends nothing.
	Flush(dst []float32) []float32

	// Reset starts a new stream, in mid-stream or after Flush. It restores the state that the constructor left, except
	// for the owner, which stays.
	Reset()
}

// A Shape holds the constant properties of a [Processor].
type Shape struct {
	In, Out int // channels of an input frame and of an output frame, at least 1

	// Up/Down is the number of output frames per input frame, in lowest terms.
	Up, Down int

	// Latency is the largest number of output frames that are ever held: the maximum over all n of
	// floor(n*Up/Down) - Emitted(n). If LatencyIsBound is true, it is an upper bound of this maximum.
	Latency        int
	LatencyIsBound bool

	// Period is a number of input frames, a multiple of Down, after which the counts of frames repeat:
	// Emitted(n+Period) is Emitted(n) + Period*Up/Down for every n with Emitted(n) > 0, and the same holds for
	// OutFrames from n = MinFrames on. Period is larger than Down for a Processor that works in blocks, or lowers the
	// rate and raises it again. 0 means Down, and math.MaxInt64 means that the period does not fit in an int64.
	Period int64

	// MinFrames is the length of the shortest non-empty input that has a result, usually 1; 0 means 1. Flush appends
	// nothing for a shorter stream, so callers report it with CheckLength before they call Flush.
	MinFrames int
}

// period returns Period with its default filled in.
func (s Shape) period() int64 {
	if s.Period == 0 {
		return int64(s.Down)
	}
	return s.Period
}

// checkPart reports a processor that cannot be part of a composition.
func checkPart(p Processor) error {
	if p == nil {
		return NewArgError("processor", "nil", "set")
	}
	switch s := p.Shape(); {
	case s.In < 1 || s.Out < 1:
		return NewArgError("channels of a processor", inOut(s.In, s.Out), "at least 1 each")
	case s.Up < 1 || s.Down < 1:
		return NewArgError("ratio of a processor", fmt.Sprintf("%d/%d", s.Up, s.Down),
			"positive: set Up and Down of its Shape")
	}
	return nil
}

// inOut describes the channels of a processor in an error.
func inOut(in, out int) string { return fmt.Sprintf("%d in and %d out", in, out) }

// CheckLength returns a *TooShortError if a whole input of n frames is too short for p, and nil otherwise. An empty
// input is not too short.
func CheckLength(p Processor, n int64) error {
	if least := p.Shape().MinFrames; n > 0 && n < int64(least) {
		return &TooShortError{Have: n, Need: least}
	}
	return nil
}

// Float is the constraint for sample types.
type Float interface{ float32 | float64 }
