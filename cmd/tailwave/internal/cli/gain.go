package cli

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp/level"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// A Gain is the flag --gain: a number of decibels, or auto, which lowers the level by as much as avoids clipping and
// never raises it. The result is multiplied by the factor in float32 before it is encoded.
type Gain struct {
	text   string
	auto   bool
	once   bool // the sound cannot be computed twice, so auto is not possible
	factor float32
}

// The range of the flag, decibels.
const (
	minGain = -120
	maxGain = 60
)

// AddFlag defines the flag. limits is what it means for the command that auto computes everything twice.
func (g *Gain) AddFlag(cmd *cobra.Command, limits string) {
	cmd.Flags().StringVar(&g.text, "gain", "0dB", "change of the level in `dB`, -120 to 60, such as -3 or 6dB; or auto, to lower the level only as far as needed to avoid clipping. auto computes everything twice, "+limits)
}

// Check reads the value of the flag. Sound that is played while it is computed cannot have auto.
func (g *Gain) Check(played bool) error {
	g.factor, g.auto, g.once = 1, g.text == "auto", played
	if g.auto && played {
		return Usagef("--gain auto computes the sound twice, and does not go with --play: choose a gain in decibels")
	}
	if g.auto {
		return nil
	}
	number := g.text
	if n := len(number) - len("dB"); n >= 0 && strings.EqualFold(number[n:], "dB") {
		number = strings.TrimRight(number[:n], " ")
	}
	db, err := strconv.ParseFloat(number, 64)
	if err != nil || !(db >= minGain && db <= maxGain) {
		return Usagef("--gain %q: must be decibels from %d to %d, such as -3 or 6dB, or auto", g.text, minGain, maxGain)
	}
	g.factor = level.FromDecibels(db)
	return nil
}

// Changes reports whether the gain changes samples. A gain of auto may do so only after [Gain.Fit].
func (g *Gain) Changes() bool { return g.factor != 1 }

// Stages returns the stage that applies the gain to frames with a number of channels; nil if the gain changes nothing.
func (g *Gain) Stages(channels int) ([]stream.Stage, error) {
	if !g.Changes() {
		return nil, nil
	}
	p, err := level.NewGain(channels, g.factor)
	return []stream.Stage{{Name: "gain", Processor: p}}, err
}

// Rewinder returns a function that rewinds the input for the second pass if the gain is auto; otherwise nil. An input
// that can be read only once is an error if the gain is auto.
func (g *Gain) Rewinder(path string, stdin io.Reader) (func() error, error) {
	rewind, ok := fileio.Rewinder(path, stdin)
	g.once = g.once || !ok
	switch {
	case !g.auto:
		return nil, nil
	case !ok:
		return nil, Usagef("--gain auto reads IN twice, and %s can be read only once: name a file, or choose a gain in decibels",
			streamName(path, "standard input"))
	}
	return rewind, nil
}

// Passes calls pass, which reads the input at path, or stdin for "-", from its beginning to its end. If the gain is
// auto, it does so twice: the first pass gets the Meter to write the sound to, and the gain is set by what it measures.
func (g *Gain) Passes(path string, stdin io.Reader, e Encoding, pass func(*Meter) error) error {
	rewind, err := g.Rewinder(path, stdin)
	if err != nil {
		return err
	}
	if rewind != nil {
		m := NewMeter(e)
		if err := pass(m); err != nil {
			return err
		}
		g.Fit(m)
		if err := rewind(); err != nil {
			return err
		}
	}
	return pass(nil)
}

// Fit sets a gain of auto from the peak that a meter has measured.
func (g *Gain) Fit(m *Meter) {
	if m.clips() {
		g.factor = level.ToFit(m.stats().Peak, m.encoding.limit())
	}
}

// Summary returns the gain for a summary: "gain -2.10 dB", or "" if it changes nothing.
func (g *Gain) Summary() string {
	if !g.Changes() {
		return ""
	}
	return fmt.Sprintf("gain %.2f dB", g.decibels())
}

func (g *Gain) decibels() float64 { return float64(20 * math.Log10(float64(g.factor))) }

// Loss returns the loss of samples that were written with the gain.
func (g *Gain) Loss(in, out string, s pcm.Stats, channels int, e Encoding) Loss {
	return Loss{In: in, Out: out, Stats: s, Samples: s.Frames * int64(channels), Zeros: !e.Samples.Float(), Cure: g.Cure(e, s.Peak)}
}

// Cure returns what to do about clipped samples. peak is their largest absolute value before they were encoded.
func (g *Gain) Cure(e Encoding, peak float32) string {
	infinite := math.IsInf(float64(peak), 1)
	switch {
	case infinite && g.auto:
		return "they are infinite, which clips at any level; look for infinity in the input"
	case infinite && g.once:
		return "some are infinite, which clips at any level; look for infinity in the input"
	case infinite:
		return "some are infinite, which clips at any level; --gain auto avoids the others"
	}
	// The conversions to float64 keep the compiler from fusing products and sums: the text is the same on every
	// processor.
	more := float64(20 * math.Log10(float64(e.limit())/float64(peak)))
	tenths := float64(10 * (g.decibels() + more))
	db := math.Floor(tenths-1e-3) / 10 // with room for the rounding of factor and samples
	advice := fmt.Sprintf("lower the level with --gain %.1fdB", db)
	switch {
	case db < minGain && g.once:
		return "lower the level of the input"
	case db < minGain:
		return "lower the level with --gain auto"
	case !g.once:
		advice += " or --gain auto"
	}
	return advice
}
