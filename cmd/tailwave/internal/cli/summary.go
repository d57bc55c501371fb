package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// Summary writes the line about what a command did: "in -> out: part, part". Empty parts are left out.
func Summary(w io.Writer, in, out string, parts ...string) {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	fmt.Fprintln(w, Line(fmt.Sprintf("%s -> %s: %s", in, out, strings.Join(parts, ", "))))
}

// Seconds returns the length of a sound.
func Seconds(s float64) string { return fmt.Sprintf("%.3f s", s) }

// Speed returns how many times faster than real time a sound of this many seconds was computed.
func Speed(seconds float64, elapsed time.Duration) string {
	x := seconds / max(elapsed.Seconds(), 1e-6)
	if x < 10 {
		return fmt.Sprintf("%.1f x real time", x)
	}
	return fmt.Sprintf("%.0f x real time", x)
}

// Peak returns the peak of the samples written: "peak -1.00 dBFS". A [Loss] reports clipped samples and NaN.
func Peak(s pcm.Stats) string { return "peak " + decibels(s.Peak) }
