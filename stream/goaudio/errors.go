package goaudio

// A RefusedError reports a value of go-audio that cannot become a stream, or a stream that cannot become a value of
// go-audio, without a change of the audio.
type RefusedError struct {
	What string // "decoder", "encoder", "format" or "buffer"
	Why  string // the reason, with the values in question, and what to do
}

// Error returns "go-audio <what>: <why>".
func (e *RefusedError) Error() string { return "go-audio " + e.What + ": " + e.Why }
