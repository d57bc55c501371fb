package stream

// A Source returns the frames of a stream, in order. One goroutine owns it. The code that opened the source closes it;
// a Pipeline does not.
type Source interface {
	// Format returns the rate and the channels of the frames. They never change.
	Format() Format

	// Read writes the next frames to dst, [frames, Format().Channels], and returns their number. len(dst) is a whole
	// number of frames, at least one. Read must not keep dst.
	//
	// Like io.Reader, Read may return fewer frames than dst holds, and frames together with an error: frames returned
	// with io.EOF belong to the stream, frames returned with any other error are dropped. Only the end of a complete
	// stream is io.EOF itself. A stream that breaks off must return a different error, or its output would pass for
	// complete. Read should not return 0 frames without an error; a Pipeline fails after 100 such reads in a row.
	Read(dst []float32) (frames int, err error)
}

// A Sized source knows its length. A sink may write that length in front of the frames, so a Pipeline fails if the
// source then returns more or fewer frames.
type Sized interface {
	// Frames returns the exact number of frames that have not been read yet, or -1 if it is not known. An estimate must
	// not be returned.
	Frames() int64
}

// FramesOf returns the number of frames that s has left if it is [Sized], and -1 otherwise.
func FramesOf(s Source) int64 {
	if sized, ok := s.(Sized); ok {
		return max(sized.Frames(), -1)
	}
	return -1
}
