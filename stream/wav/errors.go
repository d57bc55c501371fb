package wav

import (
	"fmt"
	"io"
)

// A TruncatedError reports samples that break off before the end that the header promised. It is found once the frames
// that are there have been delivered. errors.Is(err, io.ErrUnexpectedEOF) holds for it.
type TruncatedError struct {
	Frames int64 // whole frames that were there
	Want   int64 // frames that the header promised
	Offset int64 // byte at which the input ended
}

// Error says what was missing and where.
func (e *TruncatedError) Error() string {
	return fmt.Sprintf("truncated WAV data: ends at byte %d, after %d of %d frames; get a complete copy of the file",
		e.Offset, e.Frames, e.Want)
}

// Unwrap returns io.ErrUnexpectedEOF.
func (e *TruncatedError) Unwrap() error { return io.ErrUnexpectedEOF }

// An UnsupportedError reports a WAV file whose samples are encoded in a way that this package does not decode.
type UnsupportedError struct {
	Tag  uint16 // format tag, of an extensible header the one in its GUID, or 0xFFFE if the GUID holds none
	Bits int    // bits per sample as the header has it
	Name string // of the encoding, for people
}

// Error names the encoding and says what to do.
func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("unsupported WAV encoding: %s (tag 0x%04X, %d bits): convert it to PCM, with ffmpeg for example",
		e.Name, e.Tag, e.Bits)
}

// A FormatError reports an input that is a sound file of another format.
type FormatError struct {
	Name string // of the format, for people: "FLAC"
}

// Error names the format and says what to do.
func (e *FormatError) Error() string {
	return fmt.Sprintf("not a WAV file: looks like %s: convert it to WAV, with ffmpeg for example", e.Name)
}
