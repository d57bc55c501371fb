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
	// Rate is the sample rate of the output in Hz. 0 means no conversion: the rate of the model, or for the vocoder
	// without weights the rate of the sound.
	Rate int

	// Frames is the number of frames of the model in a block. Small blocks are slower, large ones cost latency and
	// memory. 0 means [DefaultFrames]. It must not be negative. Blocks stay below 2^22 values, however large it is.
	Frames int

	// MelIn is the scale of the frames that [Vocoder.FromFrames] reads. They are converted to the scale of the vocoder.
	// UnknownScale, 0, means no conversion. Normalised is possible only if the vocoder takes normalised frames.
	MelIn spectral.Scale

	// Report is called at most once, by the reader of frames, if the first two seconds after the conversion do not look
	// like frames for the vocoder. The pipeline does not wait for it. nil means no report.
	Report func(*spectral.ScaleError)
}

// DefaultFrames is the number of frames in a block if [Options.Frames] is 0.
const DefaultFrames = 32

// MelStage is the name of the stage that computes mel frames. A *dsp.TooShortError in a [stream.StageError] with this
// name counts samples at the rate of the front end. In a stage with another name it counts frames.
const MelStage = "mel"

// MaxChannels is the most channels of sound that the vocoder without weights accepts. Each channel takes a few
// megabytes.
const MaxChannels = 32

// A ChannelsError reports sound with more channels than [MaxChannels].
type ChannelsError struct{ Channels int }

// Error returns the number of channels and the limit.
func (e *ChannelsError) Error() string {
	return fmt.Sprintf("%d channels, must be at most %d for the built-in vocoder", e.Channels, MaxChannels)
}

// maxBlock bounds the values of a block, over all channels.
const maxBlock = 1 << 22

// FromFrames returns the pipeline from frames to one channel of sound. Each call makes new streams. With
// [dsp.WithWorkers], goroutines share the work. FromFrames fails with a *dsp.ArgError if source is nil, if its format
// is not [Vocoder.FrameFormat], or if o is out of range. A run fails with a *spectral.FrameError at the first frame
// with NaN or infinity, after the sound of the frames before it.
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

// FromSound returns the pipeline from sound to sound. For a network, the sound is mixed to one channel, converted to
// the rate of the front end, and analysed into mel frames. The vocoder without weights keeps the sample rate and the
// channels, at most [MaxChannels]; more are a *ChannelsError. FromSound fails with a *dsp.ArgError if source is nil, if
// its sample rate is not a whole number of Hz, or if o is out of range, and it fails like [Vocoder.FrontEnd].
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
// sample rate, and computes the mel spectrogram. It fails with a *dsp.ArgError if source is nil or if its sample rate
// is not a whole number of Hz, and it fails like [Vocoder.FrontEnd].
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

// wholeRate returns the sample rate of a source of sound in Hz. It fails if the rate is not a whole number.
func wholeRate(source stream.Source) (int, error) {
	if source == nil {
		return 0, errNoSource()
	}
	rate, err := source.Format().SampleRate()
	if err != nil {
		return 0, dsp.NewArgError("sample rate", source.Format().Rate, "a whole number of Hz from 1 to %d",
			math.MaxInt32)
	}
	return rate, nil
}

func errNoSource() error { return dsp.NewArgError("source", "nil", "a source of sound or frames") }

// describe returns a format for an error.
func describe(f stream.Format) string { return fmt.Sprintf("%d values at %v", f.Channels, f.Rate) }
