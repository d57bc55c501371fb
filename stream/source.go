package stream

// A Source yields frames. A frame is Format().Channels adjacent float32 values; full scale is -1 to 1.
//
// Read fills dst, whose length is a positive whole number of frames, with up to len(dst)/Channels frames and returns
// how many. Like io.Reader it may return fewer than asked for, and may return frames together with an error; those
// together with io.EOF count, those together with another error do not. At the end of a complete stream the error is
// io.EOF itself; a stream that breaks off must return another error, for io.EOF means that nothing is missing.
// Returning neither frames nor an error is allowed but discouraged. Read must not keep dst.
//
// A Pipeline opens its sink after the first Read that returned frames or io.EOF. If Read fails before, the sink is not
// opened.
//
// One goroutine calls Read. Whoever opened the source closes it.
type Source interface {
	Format() Format
	Read(dst []float32) (frames int, err error)
}

// A Sized source knows its length. Sinks that must write a length before the frames make use of it, so a Pipeline fails
// if the source yields another number of frames.
type Sized interface {
	// Frames returns the number of frames that the source will still yield: those not read yet. It returns -1 if the
	// number is not known. A guess is not a length.
	Frames() int64
}

// FramesOf returns the number of frames that a source will still yield if it is [Sized], and -1 otherwise.
func FramesOf(s Source) int64 {
	if sized, ok := s.(Sized); ok {
		return max(sized.Frames(), -1)
	}
	return -1
}
