package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// Summary writes the line that says what a command did: "in -> out: part, part".
func Summary(w io.Writer, in, out string, parts ...string) {
	fmt.Fprintln(w, Line(fmt.Sprintf("%s -> %s: %s", in, out, strings.Join(parts, ", "))))
}

// Seconds returns the length of a sound.
func Seconds(s float64) string { return fmt.Sprintf("%.3f s", s) }

// Speed returns how many times faster than real time a sound of the given seconds was computed.
func Speed(seconds float64, elapsed time.Duration) string {
	x := seconds / max(elapsed.Seconds(), 1e-6)
	if x < 10 {
		return fmt.Sprintf("%.1f x real time", x)
	}
	return fmt.Sprintf("%.0f x real time", x)
}

// Levels returns the peak of the samples written and the losses among them: "peak -1.00 dBFS, 2 clipped, 1 NaN". NaNs
// are left out if there are none.
func Levels(s pcm.Stats) string {
	text := fmt.Sprintf("peak %s, %d clipped", decibels(s.Peak), s.Clipped)
	if s.NaNs > 0 {
		text += fmt.Sprintf(", %d NaN", s.NaNs)
	}
	return text
}
