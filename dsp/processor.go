package dsp

import "fmt"

// A Processor turns a stream of frames into a stream of frames. A frame is one time step with its channels adjacent,
// so n frames of c channels are a []float32 of length n*c. A Processor has one owner: its methods must not be called
// concurrently.
//
// For any split of the input into Process calls, empty and one-frame calls included, the concatenated results of
// Process followed by Flush are the frames of one call over everything, bit for bit. Process and Flush cannot fail:
// whatever can is checked by the constructor.
//
// The legal order of calls is Process* Flush+ (Reset Process* Flush+)*. Process after Flush without Reset, and a src
// that is not a whole number of frames, are programming errors and panic.
type Processor interface {
	// Channels returns the width of an input and of an output frame.
	Channels() (in, out int)

	// Ratio returns the number of output frames per input frame, up/down, in lowest terms.
	Ratio() (up, down int)

	// Frames returns how many frames a whole stream of n input frames gives, Flush included.
	// Frames(0) is 0: a stream that never began gives nothing.
	Frames(n int64) int64

	// MaxOut bounds the frames that one Process call with n input frames, followed by Flush, appends.
	MaxOut(n int) int

	// Process consumes the frames of src and appends to dst every output frame that has become final, then returns the
	// extended slice. It allocates only if dst lacks the capacity. It does not keep src, and src must not overlap the
	// spare capacity of dst.
	Process(dst, src []float32) []float32

	// Flush ends the stream: it appends the frames held back so far. A second Flush appends nothing.
	Flush(dst []float32) []float32

	// Lag is the largest number of output frames ever held back: after n input frames at least
	// floor(n*up/down)-Lag() output frames have been appended, for every n, and for some n exactly that many.
	Lag() int

	// MinFrames is the length of the shortest non-empty input that has a result, usually 1. A stream that ends with
	// fewer frames, but more than none, is an ErrTooShort, to be reported before Flush is called.
	MinFrames() int

	// Reset returns the Processor to the state its constructor left it in.
	Reset()
}

// ErrTooShort reports an input too short to have a result, such as one that reflect padding needs more frames of.
type ErrTooShort struct {
	Have int64 // frames the input had
	Need int   // frames it must have at least
}

// Error says both lengths.
func (e ErrTooShort) Error() string {
	frames := "frames"
	if e.Have == 1 {
		frames = "frame"
	}
	return fmt.Sprintf("input too short: %d %s, need at least %d", e.Have, frames, e.Need)
}

// CheckLength returns an ErrTooShort if a whole input of n frames is too short for p, else nil.
func CheckLength(p Processor, n int64) error {
	if n > 0 && n < int64(p.MinFrames()) {
		return ErrTooShort{Have: n, Need: p.MinFrames()}
	}
	return nil
}
