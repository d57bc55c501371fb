package vocode

import (
	"fmt"
	"math"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/stream"
)

// Options are choices for one pipeline. The zero value is ready for use.
type Options struct {
	// Rate is the sample rate of the sound that comes out, Hz. 0 means no conversion: the rate of the model, or for the
	// vocoder without weights that of the sound.
	Rate int

	// Frames is how many frames of the model are computed at a time. Few frames cost time, many cost latency and
	// memory. 0 means DefaultFrames. It must not be negative, and blocks stay below 2^22 values however large it is.
	Frames int

	// MelIn is the scale of the frames that [Vocoder.FromFrames] gets, if it is not the one that the vocoder takes:
	// they are converted. UnknownScale, 0, means no conversion. Normalised goes with a vocoder that takes such frames.
	MelIn spectral.Scale

	// Report is called at most once, by the reader of frames, if those of the first two seconds do not look like what
	// the vocoder takes after the conversion. Nothing waits for that: they are vocoded as they are. nil for no report.
	Report func(*spectral.ScaleError)
}

// DefaultFrames is what an [Options.Frames] of 0 stands for.
const DefaultFrames = 32

// MelStage is the Name of the stage that computes mel frames. The *dsp.TooShortError of a [stream.StageError] with this
// name counts samples at the rate of the front end, that of any other stage counts frames.
const MelStage = "mel"

// MaxChannels is the most channels of sound that the vocoder without weights takes. Each channel needs some megabytes.
const MaxChannels = 32

// A ChannelsError reports sound with more channels than [MaxChannels].
type ChannelsError struct{ Channels int }

// Error returns the number of channels and the most that are possible.
func (e *ChannelsError) Error() string {
	return fmt.Sprintf("%d channels: the built-in vocoder takes at most %d", e.Channels, MaxChannels)
}

// maxBlock bounds the values of all channels in a block.
const maxBlock = 1 << 22

// FromFrames returns the pipeline from frames to one channel of sound. Each call makes new streams. options name the
// workers that divide the work. It fails with a *dsp.ArgError if there is no source, if the format of the source is not
// [Vocoder.FrameFormat], or for options out of range. A run fails with a *spectral.FrameError for a frame that has a
// NaN or an infinity, and does so after the frames before it.
func (v *Vocoder) FromFrames(source stream.Source, o Options, options ...dsp.Option) (stream.Pipeline, error) {
	source, err := v.Frames(source, o)
	if err != nil {
		return stream.Pipeline{}, err
	}
	s, err := v.newStream(options...)
	if err != nil {
		return stream.Pipeline{}, err
	}
	rate, hop, _ := v.geometry()
	a := assembly{source: source, rate: rate, channels: 1, hop: hop, perFrame: 1}
	a.add("vocode", s)
	return v.complete(a, o, options...)
}

// FromSound returns the pipeline from sound to sound. Sound for a network is mixed to one channel, converted to the
// rate of its front end, and made into mel frames. The vocoder without weights keeps the channels, at most
// [MaxChannels], and the sample rate. It fails with a *ChannelsError, with a *dsp.ArgError if there is no source, if
// its sample rate is not a whole number of Hz, or for options out of range, and like [Vocoder.FrontEnd].
func (v *Vocoder) FromSound(source stream.Source, o Options, options ...dsp.Option) (stream.Pipeline, error) {
	if v.model == nil {
		return v.builtinSound(source, o, options...)
	}
	p, err := v.ToFrames(source, options...)
	if err != nil {
		return p, err
	}
	s, err := v.newStream(options...)
	if err != nil {
		return p, err
	}
	rate, hop, _ := v.geometry()
	in, err := wholeRate(source)
	if err != nil {
		return p, err
	}
	a := assembly{source: source, stages: p.Stages, rate: rate, channels: 1, hop: hop}
	a.perFrame = max(1, int(int64(hop)*int64(in)/int64(rate)))
	a.add("vocode", s)
	return v.complete(a, o, options...)
}

// ToFrames returns the pipeline from sound to the frames that v consumes: it mixes the channels to one, converts the
// sample rate, and computes the mel spectrogram. It fails with a *dsp.ArgError if there is no source or if its sample
// rate is not a whole number of Hz, and like [Vocoder.FrontEnd].
func (v *Vocoder) ToFrames(source stream.Source, options ...dsp.Option) (stream.Pipeline, error) {
	mel, err := v.FrontEnd()
	if err != nil {
		return stream.Pipeline{}, err
	}
	rate, err := wholeRate(source)
	if err != nil {
		return stream.Pipeline{}, err
	}
	mono, err := resample.NewMono(rate, mel.SampleRate, source.Format().Channels, options...)
	if err != nil {
		return stream.Pipeline{}, err
	}
	frames, err := spectral.NewMelSpectrogram(mel)
	if err != nil {
		return stream.Pipeline{}, err
	}
	return stream.Pipeline{Source: source, Stages: []stream.Stage{
		{Name: "resample", Processor: mono},
		{Name: MelStage, Processor: frames},
	}}, nil
}

// builtinSound is FromSound for the vocoder without weights.
func (v *Vocoder) builtinSound(source stream.Source, o Options, options ...dsp.Option) (stream.Pipeline, error) {
	rate, err := wholeRate(source)
	if err != nil {
		return stream.Pipeline{}, err
	}
	channels := source.Format().Channels
	if channels > MaxChannels {
		return stream.Pipeline{}, &ChannelsError{Channels: channels}
	}
	vocoder, err := spectral.NewVocoder(rate, v.effects)
	if err != nil {
		return stream.Pipeline{}, err
	}
	streams := make([]dsp.Processor, channels)
	for i := range streams {
		if streams[i], err = vocoder.NewStream(options...); err != nil {
			return stream.Pipeline{}, err
		}
	}
	all, err := dsp.NewPerChannel(streams, options...)
	if err != nil {
		return stream.Pipeline{}, err
	}
	hop := spectral.SizeFor(rate) / 4
	a := assembly{source: source, rate: rate, channels: channels, hop: hop, perFrame: hop}
	a.add("vocode", all)
	return v.complete(a, o, options...)
}

// wholeRate returns the sample rate of sound.
func wholeRate(source stream.Source) (int, error) {
	if source == nil {
		return 0, errNoSource()
	}
	rate, err := source.Format().SampleRate()
	if err != nil {
		return 0, dsp.NewArgError("sample rate", source.Format().Rate, "a whole number of Hz from 1 to %d", math.MaxInt32)
	}
	return rate, nil
}

func errNoSource() error { return dsp.NewArgError("source", "nil", "a source of sound or frames") }

// describe names a format in an error.
func describe(f stream.Format) string { return fmt.Sprintf("%d values at %v", f.Channels, f.Rate) }
