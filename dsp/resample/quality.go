package resample

import (
	"fmt"
	"strings"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/window"
)

// A Quality selects the low-pass filter of a Converter. Below, frequencies are in units of the lower of the two Nyquist
// frequencies, and levels are relative to a tone in the pass band. The level of the stop band is the largest level of
// an image or alias. The package documentation compares measured qualities, and [Filter] has a table of latencies.
type Quality int

const (
	// Best is flat within 0.0001 dB to 0.90, -3 dB at 0.96, and below -160 dBc from 1.005.
	Best Quality = iota
	// High is flat within 0.0001 dB to 0.90 and below -125 dBc from 1.005.
	High
	// Fast is flat within 0.001 dB to 0.85 and below -100 dBc from 1.005.
	Fast
)

var qualityNames = [...]string{"best", "high", "fast"}

// String returns "best", "high" or "fast", and for example "Quality(7)" for any other value.
func (q Quality) String() string {
	if q < 0 || int(q) >= len(qualityNames) {
		return fmt.Sprintf("Quality(%d)", int(q))
	}
	return qualityNames[q]
}

// ParseQuality returns the Quality whose name is exactly s: "best", "high" or "fast". The error is a *dsp.ArgError.
func ParseQuality(s string) (Quality, error) {
	for q, name := range qualityNames {
		if s == name {
			return Quality(q), nil
		}
	}
	return 0, dsp.NewArgError("quality", fmt.Sprintf("%q", s), "one of %s", strings.Join(qualityNames[:], ", "))
}

// filters holds the filter of each Quality. The stop bands begin at 1.005.
var filters = [...]window.Sinc{
	Best: {Half: 144, Cutoff: 0.9655, Beta: 17.2},
	High: {Half: 117, Cutoff: 0.9525, Beta: 18.4},
	Fast: {Half: 81, Cutoff: 0.9275, Beta: 18.7},
}
