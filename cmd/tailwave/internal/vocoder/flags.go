package vocoder

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models/vocode"
)

// Flags are the flags about a vocoder and its frames.
type Flags struct {
	ModelFlags
	Layout cli.Layout
	melIn  string
}

// scales are the values of --mel-in.
var scales = map[string]spectral.Scale{
	"ln": spectral.Ln, "log10": spectral.Log10, "db": spectral.Decibels, "linear": spectral.Linear,
	"normalised": spectral.Normalised,
}

// Add defines the flags, --model with its default and its usage.
func (f *Flags) Add(cmd *cobra.Command, model, modelHelp string) {
	f.ModelFlags.Add(cmd, model, modelHelp)
	flags := cmd.Flags()
	flags.StringVar((*string)(&f.Layout), "layout", "", "order of the dimensions of a .npy IN: mels-first or frames-first (default: frames-first for latents, else mels-first)")
	flags.StringVar(&f.melIn, "mel-in", "", "scale that the mel frames in IN are on: ln, log10, db (20 log10), linear, or normalised with the model's means and deviations (default: the scale of the model)")
}

// Check checks the values of the flags.
func (f *Flags) Check(cmd *cobra.Command) error {
	if _, known := scales[f.melIn]; !known && cmd.Flags().Changed("mel-in") {
		return cli.Usagef("--mel-in %q: must be ln, log10, db, linear or normalised", f.melIn)
	}
	return f.Layout.Check()
}

// fit returns an error for flags that do not go with the content of a file, or with the vocoder.
func (f *Flags) fit(file *fileio.Sound, v *vocode.Vocoder) error {
	what := "is a WAV file"
	if file.Content == fileio.BareFrames {
		what = "holds raw frames, one after the other"
	}
	if f.Layout != "" && file.Content != fileio.Array && !file.Unknown { // the error about an unknown file is better
		return cli.Usagef("--layout goes with an array of frames; %s %s: leave out --layout", file.Name, what)
	}
	if f.melIn == "" {
		return nil
	}
	mel, known := v.FrameValues()
	switch {
	case file.Content == fileio.WAVFile && !file.Unknown:
		return cli.Usagef("--mel-in goes with mel frames; %s %s: leave out --mel-in", file.Name, what)
	case latents(v):
		return cli.Usagef("--mel-in goes with mel frames; the model takes the latents of a codec: leave out --mel-in")
	case !known:
		return cli.Usagef("--mel-in %s: it is not known how the frames of this model are normalised: "+
			"normalise them as in its training, and leave out --mel-in", f.melIn)
	case f.melIn == "normalised" && mel.Values() != spectral.Normalised:
		return cli.Usagef("--mel-in normalised: the model takes %s, and has no means and scales to convert with: "+
			"multiply the frames by the scales that they were divided by, add the means, and leave out --mel-in", mel.Values())
	}
	return nil
}

// square returns a warning for an array with as many mels as frames, whose shape does not show the layout; "" for other
// inputs.
func (f *Flags) square(in *Input) string {
	n := in.Format().Channels
	if in.file.Content != fileio.Array || f.Layout != "" || n == 1 || in.Source.Frames() != int64(n) {
		return ""
	}
	first, read, other := "mels", "mels-first", "frames-first"
	if latents(in.vocoder) {
		first, read, other = "frames", other, read
	}
	return fmt.Sprintf("an array of %d by %d is read with the %s first: set --layout %s if that is right, else --layout %s",
		n, n, first, read, other)
}

// advice returns a warning about frames on another scale, with what to do.
func (f *Flags) advice(e *spectral.ScaleError, content fileio.Content) string {
	if f.melIn != "" && f.melIn != name(e.Takes) {
		return fmt.Sprintf("converted by --mel-in %s, %v: check the value of --mel-in", f.melIn, e)
	}
	do := "use --mel-in " + name(e.Seems)
	switch {
	case e.Reversed && content == fileio.Array && f.Layout.Array(false) == cli.Layout("").Array(false):
		do = "reverse the bands, such as with mel[::-1], or set --layout"
	case e.Reversed:
		do = "reverse the bands of each frame, such as with mel[:, ::-1]"
	case e.Shifted:
		do = "subtract the offset, often 100, and then use --mel-in db"
	case e.Seems == spectral.UnknownScale && content == fileio.BareFrames:
		do = "check that they are little-endian float32, frame by frame, or set --mel-in to their scale"
	case e.Seems == spectral.UnknownScale:
		do = "set --mel-in to their scale: ln, log10, db or linear"
	case e.Seems == spectral.Normalised:
		do = "undo their normalisation (value * scale + mean in each band), and set --mel-in to the scale of the result: " +
			"ln, log10, db or linear"
	}
	return e.Error() + ": " + do
}

// name returns the value of --mel-in for a scale; "" if it has no value.
func name(s spectral.Scale) string {
	for name, scale := range scales {
		if scale == s {
			return name
		}
	}
	return ""
}
