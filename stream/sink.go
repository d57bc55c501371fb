package stream

// A Sink consumes frames. Its calls are Open Write* Close, or a failed Open alone, or none.
//
// Open receives the format, and the number of frames of the stream or -1 if that is not known. A Pipeline calls it when
// the first frames, or the end of an empty stream, arrive, so a stream that fails earlier creates nothing. Write
// consumes a whole number of frames and must not keep the slice. Close ends the stream: a nil cause
// says that it is complete, and only then may the sink present its result as whole; with any other cause it discards
// what it can. Close releases everything the sink holds, whatever the cause.
type Sink interface {
	Open(f Format, frames int64) error
	Write(frames []float32) error
	Close(cause error) error
}
