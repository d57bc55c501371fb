package vocode

import (
	"fmt"
	"sync"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models"
	"github.com/tailwave/tailwave/stream"
)

// A Vocoder turns frames into sound, and sound into frames. It is safe for concurrent use: one Vocoder serves any
// number of pipelines. It must not be copied after first use. The zero Vocoder is the vocoder without weights and
// without effects.
type Vocoder struct {
	model   *models.Model    // nil for the vocoder without weights
	effects spectral.Effects // of the vocoder without weights

	once     sync.Once
	fromMels *spectral.Vocoder // of the vocoder without weights, made on first use
	err      error
}

// New returns the vocoder of a trained network. Its frames are those of the model: mels, or latents of a codec. New
// panics if model is nil.
func New(model *models.Model) *Vocoder {
	if model == nil {
		panic("vocode: New needs a model: Builtin returns the vocoder without weights")
	}
	return &Vocoder{model: model}
}

// Builtin returns the vocoder without weights, which finds the phases from the magnitudes alone. It can change length,
// pitch and voice. It analyses each channel of sound at the sample rate of the sound. As frames it takes those of
// HiFi-GAN: 80 mels at 22050 Hz with a hop of 256 samples. It fails with a *dsp.ArgError for effects out of range.
func Builtin(e spectral.Effects) (*Vocoder, error) {
	if _, _, err := e.Ratio(); err != nil {
		return nil, err
	}
	return &Vocoder{effects: e}, nil
}

// builtinMel returns the front end of the vocoder without weights.
func builtinMel() spectral.Mel { return spectral.HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000) }

// Model returns the network, or nil for the vocoder without weights.
func (v *Vocoder) Model() *models.Model { return v.model }

// FrontEnd returns how frames are computed from sound. It fails like [models.Model.FrontEnd].
func (v *Vocoder) FrontEnd() (spectral.Mel, error) {
	if v.model == nil {
		return builtinMel(), nil
	}
	return v.model.FrontEnd()
}

// FrameValues returns a front end that describes the values of the frames, or false if they are unknown. See
// [models.Model.FrameValues].
func (v *Vocoder) FrameValues() (spectral.Mel, bool) {
	if v.model == nil {
		return builtinMel(), true
	}
	return v.model.FrameValues()
}

// FrameFormat returns the format of the frames that v consumes. The rate is the sample rate of the sound divided by the
// hop. The channels are the values of a frame.
func (v *Vocoder) FrameFormat() stream.Format {
	rate, hop, channels := v.geometry()
	return stream.Format{Rate: frameRate(rate, hop), Channels: channels}
}

// geometry returns the sample rate of the sound that v makes from frames, the samples per frame without a stretch, and
// the values of a frame.
func (v *Vocoder) geometry() (rate, hop, channels int) {
	if v.model == nil {
		mel := builtinMel()
		return mel.SampleRate, mel.Hop, mel.Bands
	}
	info := v.model.Info()
	return info.SampleRate, info.Hop, info.Mels
}

// frameRate returns rate/hop. Both are positive.
func frameRate(rate, hop int) stream.Rate {
	r, err := stream.NewRate(int64(rate), int64(hop))
	if err != nil {
		panic(fmt.Sprintf("vocode: %v", err)) // models.Open and spectral refuse such a model
	}
	return r
}

// newStream returns a new stream from frames to samples.
func (v *Vocoder) newStream(options ...dsp.Option) (dsp.Processor, error) {
	if v.model != nil {
		return v.model.NewStream(options...)
	}
	v.once.Do(func() { v.fromMels, v.err = spectral.NewMelVocoder(builtinMel(), v.effects) })
	if v.err != nil {
		return nil, v.err
	}
	return v.fromMels.NewStream(options...)
}
