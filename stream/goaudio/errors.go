package goaudio

// A RefusedError reports something of go-audio that cannot be turned into a stream, or a stream that cannot be turned
// into it, without changing the audio.
type RefusedError struct {
	What string // what was refused: "decoder", "encoder", "format" or "buffer"
	Why  string // the reason, with the values in question
}

// Error says what was refused and why.
func (e *RefusedError) Error() string { return "go-audio " + e.What + ": " + e.Why }
