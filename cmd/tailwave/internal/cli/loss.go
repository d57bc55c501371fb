package cli

import (
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// A Loss counts the samples that encoding changed: clipped ones and NaN. It is reported also with --quiet, which
// silences progress and summaries only.
type Loss struct {
	In, Out string // as the user names them; "-" for standard input and output
	Stats   pcm.Stats
	Samples int64  // encoded; 0 if their number is not known
	Zeros   bool   // NaN became 0
	Cure    string // what to do about clipped samples
}

// Report writes one line for clipped samples and one for NaN, each if there are any.
func (l Loss) Report(w io.Writer) {
	in, out := streamName(l.In, "standard input"), streamName(l.Out, "standard output")
	of := func(n int64) string {
		if l.Samples > 0 {
			return fmt.Sprintf("%d of %s", n, Count(l.Samples, "sample"))
		}
		return Count(n, "sample")
	}
	if n := l.Stats.Clipped; n > 0 {
		Warn(w, fmt.Sprintf("%s: %s clipped: %s", out, of(n), l.Cure))
	}
	if n := l.Stats.NaNs; n > 0 {
		zero := ""
		if l.Zeros {
			zero = ", written as 0"
		}
		Warn(w, fmt.Sprintf("%s: %s %s NaN%s: look for NaN, infinity or values that are too large in %s", out, of(n), are(n), zero, in))
	}
}

// NaNFrames writes a line about n frames of OUT that hold a NaN, if n is not 0.
func NaNFrames(w io.Writer, in, out string, n, frames int64) {
	if n > 0 {
		Warn(w, fmt.Sprintf("%s: %s NaN: look for NaN, infinity or values that are too large in %s",
			streamName(out, "standard output"), contain(n, frames), streamName(in, "standard input")))
	}
}

// BadFrames writes a line about n frames of IN that hold a NaN or an infinity, which spoils the codes, if n is not 0.
func BadFrames(w io.Writer, in string, n, frames int64) {
	if n > 0 {
		Warn(w, fmt.Sprintf("%s: %s NaN or infinity, which spoils the codes: remove them, and encode again",
			streamName(in, "standard input"), contain(n, frames)))
	}
}

// contain returns "1 of 8 frames contains", with the verb that fits.
func contain(n, frames int64) string {
	verb := "contain"
	if n == 1 {
		verb = "contains"
	}
	return fmt.Sprintf("%d of %s %s", n, Count(frames, "frame"), verb)
}

// are returns the verb after a number of things.
func are(n int64) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// streamName returns the name of a path in messages: stream for "-".
func streamName(path, stream string) string {
	if path == "-" {
		return stream
	}
	return Printable(path)
}
