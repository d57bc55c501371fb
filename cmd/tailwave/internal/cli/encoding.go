package cli

import (
	"io"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/npy"
	"github.com/tailwave/tailwave/stream/raw"
	"github.com/tailwave/tailwave/stream/wav"
)

// An Encoding is the format of samples that are written.
type Encoding struct {
	Samples pcm.Format
	Dither  bool
	Sink    func(io.Writer) stream.Sink // encodes to a writer
}

// limit returns the largest absolute value that is never clipped. For float formats it is full scale.
func (e Encoding) limit() float32 { return e.Samples.Unclipped(e.Dither) }

// DeviceSamples are the formats of samples for a device, by their names in flags.
var DeviceSamples = map[string]pcm.Format{"f32": pcm.F32, "s16": pcm.S16}

// SoundEncoding returns the encoding of the file at path. format is the value of --format, given reports whether the
// user set it, and bare is the value of --raw.
func SoundEncoding(path, format string, given bool, bare string) (e Encoding, err error) {
	if e.Samples, err = pcm.Parse(format); err != nil {
		return e, Usagef("--format %q: must be pcm8, pcm16, pcm24, pcm32, f32 or f64", format)
	}
	array := fileio.IsArray(path)
	switch {
	case (bare != "" || array) && given:
		return e, Usagef("--format goes with WAV output: leave out --format, or write a WAV file")
	case bare != "":
		ok := false
		if e.Samples, ok = DeviceSamples[bare]; !ok {
			return e, Usagef("--raw %q: must be s16 or f32", bare)
		}
		e.Dither = !e.Samples.Float()
		o := raw.Options{Encoding: e.Samples, Dither: e.Dither}
		e.Sink = func(w io.Writer) stream.Sink { return raw.NewWriter(w, o) }
	case array:
		e.Samples = pcm.F32
		e.Sink = func(w io.Writer) stream.Sink { return npy.NewWriter(w, npy.Options{Vector: true}) }
	default:
		e.Dither = !e.Samples.Float() && e.Samples != pcm.S32
		o := wav.Options{Encoding: e.Samples, Dither: e.Dither}
		e.Sink = func(w io.Writer) stream.Sink { return wav.NewWriter(w, o) }
	}
	return e, nil
}

// Dither returns whether samples are dithered. flag is the value of --dither: auto dithers PCM of up to 24 bits if the
// conversion is lossy.
func Dither(flag string, samples pcm.Format, lossy bool) (bool, error) {
	switch flag {
	case "none":
		return false, nil
	case "tpdf":
		if samples.Float() {
			return false, Usagef("--dither tpdf: %v samples are not rounded to steps: choose a PCM --format, or leave out --dither", samples)
		}
		return true, nil
	case "auto":
		return lossy && !samples.Float() && samples != pcm.S32, nil
	}
	return false, Usagef("--dither %q: must be auto, none or tpdf", flag)
}

// Narrows reports whether some value of from is not a value of to.
func Narrows(from, to pcm.Format) bool { return resolution(to) < resolution(from) }

// resolution orders encodings: every value of an encoding is also a value of one with a higher resolution.
func resolution(f pcm.Format) int {
	if f.Float() {
		return 8*f.Bytes() + 32
	}
	return 8 * f.Bytes()
}
