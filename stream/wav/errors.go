package wav

import (
	"fmt"
	"io"
)

// mostFrames is the largest number of frames that an error repeats as a number: 16 days at 768 kHz. A header that
// announces more is wrong, and the number helps nobody.
const mostFrames = 1 << 40

// damaged ends the error for a header that contradicts itself.
const damaged = "the header is damaged; get another copy of the file"

// A TruncatedError reports that the input ends before the last frame that the header announced. The Reader returns it
// after all frames that exist. errors.Is(err, io.ErrUnexpectedEOF) holds for it.
type TruncatedError struct {
	Frames int64 // whole frames in the input
	Want   int64 // frames that the header announced
	Offset int64 // where the input ended, in bytes from where the Reader began
}

// Error says where the input ended, and how many frames it has and should have.
func (e *TruncatedError) Error() string {
	if e.Want > mostFrames {
		return fmt.Sprintf("truncated WAV data: ends at byte %d, after %s; the header announces %.1e frames, "+
			"which cannot be right: get a complete copy of the file",
			e.Offset, plural(e.Frames, "frame"), float64(e.Want))
	}
	return fmt.Sprintf("truncated WAV data: ends at byte %d, after %d of %d frames: get a complete copy of the file",
		e.Offset, e.Frames, e.Want)
}

// Unwrap returns io.ErrUnexpectedEOF.
func (e *TruncatedError) Unwrap() error { return io.ErrUnexpectedEOF }

// An endError reports an input that ends inside its header. It wraps io.ErrUnexpectedEOF, whose text would add nothing
// to its own.
type endError struct{ text string }

func (e *endError) Error() string { return e.text }
func (e *endError) Unwrap() error { return io.ErrUnexpectedEOF }

// ends returns an endError.
func ends(format string, a ...any) error { return &endError{fmt.Sprintf(format, a...)} }

// An UnsupportedError reports a WAV file whose samples have an encoding that this package does not decode.
type UnsupportedError struct {
	Tag  uint16 // format tag; for an extensible header the tag in its GUID, or 0xFFFE if the GUID has no tag
	Bits int    // bits per sample in the header
	Name string // name of the encoding for people, such as "GSM 6.10"
}

// Error names the encoding and says what to do.
func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("unsupported WAV encoding: %s (tag 0x%04X, %d bits): convert it to PCM, with ffmpeg for example",
		e.Name, e.Tag, e.Bits)
}

// A FormatError reports an input that is not WAV but another known format.
type FormatError struct {
	Name string // name of the format for people, such as "FLAC"
}

// Error names the format and says what to do.
func (e *FormatError) Error() string {
	return fmt.Sprintf("not a WAV file: looks like %s: convert it to WAV, with ffmpeg for example", e.Name)
}
