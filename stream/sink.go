package stream

// A Sink consumes the frames of one stream. The calls are Open, then any number of Writes, then Close, all by one
// goroutine. After an Open that failed there are no calls. After a Write that failed only Close follows.
type Sink interface {
	// Open begins a stream of the format f. frames is the exact length of the stream, or -1 if it is not known. A
	// Pipeline calls Open when the first frames or the end of an empty stream arrive, so a stream that fails earlier
	// creates nothing.
	Open(f Format, frames int64) error

	// Write consumes whole frames, [frames, f.Channels]. It must not keep the slice.
	Write(frames []float32) error

	// Close ends the stream and releases what the sink holds. If cause is nil, the stream is complete. With any other
	// cause the stream broke off: the sink must not present its result as complete, and discards it where it can.
	Close(cause error) error
}
