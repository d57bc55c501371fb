package spectral

import (
	"math"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/elementary"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/dsp/resample"
)

// Effects are changes that a Vocoder makes to sound. The zero Effects change nothing.
type Effects struct {
	Stretch       float64 // factor of the duration, from 0.1 to 10, rounded to 0.001; 0 stands for 1
	Pitch         float64 // semitones upwards, from -24 to 24; the error is less than 0.01 semitones
	ConstantPhase bool    // every bin of every frame has phase 0 at the middle of the frame: a monotone, robotic voice
}

// pitchTerm is the denominator of a change of pitch.
const pitchTerm = 4096

// ratios returns the ratio of lengths and that of pitches, each in lowest terms.
func (e Effects) ratios() (stretch, pitch [2]int64, err error) {
	if e.Stretch == 0 {
		e.Stretch = 1
	}
	if !(e.Stretch >= 0.1 && e.Stretch <= 10) {
		return stretch, pitch, dsp.NewArgError("stretch", e.Stretch, "from 0.1 to 10")
	}
	if !(e.Pitch >= -24 && e.Pitch <= 24) {
		return stretch, pitch, dsp.NewArgError("pitch", e.Pitch, "from -24 to 24 semitones")
	}
	stretch = lowest(int64(math.Floor(float64(e.Stretch*1000)+0.5)), 1000)
	factor := elementary.Exp(float64(e.Pitch*math.Ln2) / 12)
	return stretch, lowest(int64(math.Floor(float64(factor*pitchTerm)+0.5)), pitchTerm), nil
}

func lowest(a, b int64) [2]int64 {
	up, down := ratio.Reduce(a, b)
	return [2]int64{up, down}
}

// Ratio returns the factor of the duration, up/down in lowest terms. The error is a *dsp.ArgError for a field out of
// range.
func (e Effects) Ratio() (up, down int, err error) {
	stretch, _, err := e.ratios()
	return int(stretch[0]), int(stretch[1]), err
}

// A Vocoder reconstructs sound from magnitudes or mel frames, without phases. It holds filters, and [Vocoder.NewStream]
// makes streams that share them. A Vocoder never changes, so it is safe for concurrent use.
type Vocoder struct {
	parts     parts
	synthesis *layer.ConvTranspose1D[float32]
}

// blockFrames is about how many frames pass from stage to stage at a time. The synthesis reads its filters once for all
// of them.
const blockFrames = 32

// NewVocoder returns a Vocoder whose streams consume samples of one channel at a sample rate in Hz. A stream computes
// the magnitudes under a Hann window of [SizeFor] samples, with a hop of a quarter of the window, and reconstructs the
// sound from them. n samples become ceil(n*stretch). To change the pitch, a stream stretches the sound by an additional
// factor and converts the sample rate by the inverse factor. The error is a *dsp.ArgError.
func NewVocoder(rate int, e Effects) (*Vocoder, error) {
	if rate < 1 {
		return nil, dsp.NewArgError("sample rate", rate, "at least 1")
	}
	stretch, pitch, err := e.ratios()
	if err != nil {
		return nil, err
	}
	size := SizeFor(rate)
	hop := size / 4
	longer := lowest(stretch[0]*pitch[0], stretch[1]*pitch[1])
	l, err := FrameLayout{Size: size, Hop: hop, Up: int(longer[0]), Down: int(longer[1])}.check()
	if err != nil {
		return nil, err
	}
	p := parts{pitch: pitch, block: blockFrames * hop, size: size, hop: hop, skip: size - hop}
	p.spectra = func() ([]dsp.Processor, error) {
		stft, err := NewSTFT(l)
		if err != nil {
			return nil, err
		}
		if e.ConstantPhase {
			return []dsp.Processor{stft, newConstantPhase(size/2+1, size, nil)}, nil
		}
		phases, err := NewPhaseReconstructor(size, hop)
		return []dsp.Processor{stft, phases}, err
	}
	return p.vocoder()
}

// NewMelVocoder returns a Vocoder whose streams consume mel frames as m describes them. n frames become
// ceil(n*hop*stretch) samples. m must have Reflect set: the first and the last samples are completed by mirrored frames
// before the first frame and after the last. The window must be as long as the transform, and the sizes must be legal
// for [NewPhaseReconstructor]. The error is a *dsp.ArgError.
func NewMelVocoder(m Mel, e Effects) (*Vocoder, error) {
	stretch, pitch, err := e.ratios()
	if err != nil {
		return nil, err
	}
	if m, err = m.check(); err != nil {
		return nil, err
	}
	if !m.Reflect {
		return nil, dsp.NewArgError("layout", "covering", "one with reflected ends")
	}
	if _, err := NewMelReconstructor(m); err != nil {
		return nil, err
	}
	longer := lowest(stretch[0]*pitch[0], stretch[1]*pitch[1])
	margin := (m.Size - m.Left - 1) / m.Hop // frames before the first that lie over sample 0
	p := parts{
		pitch: pitch, block: blockFrames,
		size: m.Size, hop: m.Hop, skip: m.Left + margin*m.Hop,
	}
	p.spectra = func() (stages []dsp.Processor, err error) {
		if longer[0] != longer[1] {
			stages = append(stages, newStretched(m.Bands, longer[0], longer[1]))
		}
		var phases dsp.Processor = newConstantPhase(m.Bands, m.Size, newMelInverse(m))
		if !e.ConstantPhase {
			phases, err = NewMelReconstructor(m)
		}
		return append(stages, newMirrored(m.Bands, margin), phases), err
	}
	return p.vocoder()
}

// parts are what a Vocoder makes its streams from.
type parts struct {
	spectra         func() ([]dsp.Processor, error) // stages that make spectra
	pitch           [2]int64
	block           int // input frames at a time
	size, hop, skip int // of the synthesis, with samples dropped at the start
}

// vocoder makes the synthesis, and tries a stream.
func (p parts) vocoder() (*Vocoder, error) {
	synthesis, err := NewSynthesis(p.size, p.hop, p.skip, p.size-p.hop)
	if err != nil {
		return nil, err
	}
	v := &Vocoder{parts: p, synthesis: synthesis}
	_, err = v.NewStream()
	return v, err
}

// A VocoderStream is one stream of a [Vocoder], as a [dsp.Processor]: samples or mel frames in, samples out.
type VocoderStream struct {
	chain *dsp.Chain
	shape dsp.Shape // of the chain
	dsp.Guard

	emitted int64 // samples
}

// NewStream returns a new stream of the Vocoder. [NewVocoder] and [NewMelVocoder] make a stream to check the arguments,
// so NewStream does not fail for a Vocoder that one of them returned without an error.
func (v *Vocoder) NewStream(options ...dsp.Option) (*VocoderStream, error) {
	p := v.parts
	stages, err := p.spectra()
	if err != nil {
		return nil, err
	}
	stages = append(stages, v.synthesis.NewStream(options...))
	if p.pitch[0] != p.pitch[1] {
		r, err := resample.New(int(p.pitch[0]), int(p.pitch[1]), 1, resample.Filter{Quality: resample.High}, options...)
		if err != nil {
			return nil, err
		}
		stages = append(stages, r)
	}
	chain, err := dsp.NewChain(p.block, stages...)
	if err != nil {
		return nil, err
	}
	return &VocoderStream{chain: chain, shape: chain.Shape(), Guard: dsp.Guard{Origin: "Vocoder.NewStream"}}, nil
}

// Shape returns the channels, the ratio of output samples to input frames, and the latency. With a change of pitch, or
// with another ratio of a long period, the latency is an upper bound.
func (v *VocoderStream) Shape() dsp.Shape { return v.shape }

// OutFrames returns ceil(n*Up/Down).
func (v *VocoderStream) OutFrames(n int64) int64 {
	return ratio.CeilMul(max(0, n), int64(v.shape.Up), int64(v.shape.Down))
}

// Emitted returns the number of samples that are final after n input frames.
func (v *VocoderStream) Emitted(n int64) int64 { return v.chain.Emitted(n) }

// MaxOutFrames bounds the samples that Process of n frames followed by Flush appends.
func (v *VocoderStream) MaxOutFrames(n int) int { return v.chain.MaxOutFrames(n) }

// Memory implements [dsp.Sizer].
func (v *VocoderStream) Memory() (weights, state int64) { return v.chain.Memory() }

// Reset begins a new stream.
func (v *VocoderStream) Reset() {
	v.chain.Reset()
	v.emitted = 0
	v.Guard.Reset()
}

// Process consumes input frames and appends the samples that are final.
func (v *VocoderStream) Process(dst, src []float32) []float32 {
	v.BeginProcess(len(src), v.shape.In)
	at := len(dst)
	dst = v.chain.Process(dst, src)
	v.emitted += int64(len(dst) - at)
	return dst
}

// Flush ends the stream and appends the remaining samples, OutFrames in total. It drops the samples of the last frame
// after the end.
func (v *VocoderStream) Flush(dst []float32) []float32 {
	if !v.BeginFlush() {
		return dst
	}
	at := len(dst)
	dst = v.chain.Flush(dst)
	if most := int(v.OutFrames(v.Frames()) - v.emitted); len(dst)-at > most {
		dst = dst[:at+most]
	}
	return dst
}
