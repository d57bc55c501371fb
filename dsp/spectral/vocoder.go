package spectral

import (
	"math"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/elementary"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/dsp/resample"
)

// Effects are changes that a [Vocoder] makes to sound. The zero Effects change nothing.
type Effects struct {
	Stretch       float64 // factor of the duration, from 0.1 to 10, rounded to 0.001; 0 means 1
	Pitch         float64 // semitones upwards, from -24 to 24; accurate to 0.01 semitones
	ConstantPhase bool    // phase 0 at the middle of every frame, for all frequencies: a monotone, robotic voice
}

// pitchTerm is the denominator to which the factor of a change of pitch is rounded.
const pitchTerm = 4096

// ratios returns the factors of duration and of pitch as ratios in lowest terms.
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

// lowest returns a/b in lowest terms.
func lowest(a, b int64) [2]int64 {
	up, down := ratio.Reduce(a, b)
	return [2]int64{up, down}
}

// Ratio returns the factor of the duration as the ratio up/down in lowest terms. The error is a *dsp.ArgError for a
// field out of range.
func (e Effects) Ratio() (up, down int, err error) {
	stretch, _, err := e.ratios()
	return int(stretch[0]), int(stretch[1]), err
}

// A Vocoder reconstructs sound from magnitudes or mel frames, which have no phases. It holds the filters of the
// synthesis, and [Vocoder.NewStream] makes streams that share them. A Vocoder never changes, so it is safe for
// concurrent use.
type Vocoder struct {
	parts     parts
	synthesis *layer.ConvTranspose1D[float32]
}

// blockFrames is about the number of frames that pass from stage to stage at a time. The synthesis reads its filters,
// which are larger than a cache, once for all of them.
const blockFrames = 32

// NewVocoder returns a Vocoder from sound to sound at a sample rate in Hz, at least 1. Its streams consume samples of
// one channel. They keep only the magnitudes under Hann windows of [SizeFor] samples, a quarter of the window apart,
// and reconstruct the sound from those. n samples become ceil(n*stretch) samples. To change the pitch by a factor, a
// stream stretches the sound by this factor too, and then resamples it to the length that it had before. The error is a
// *dsp.ArgError for a rate or an effect out of range.
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

// NewMelVocoder returns a Vocoder from mel frames to sound. Its streams consume frames of m.Bands values as m describes
// them and emit samples of one channel at m.SampleRate. n frames become ceil(n*m.Hop*stretch) samples. m must have
// Reflect set: the windows of frames that are missing at the ends also cover samples there, and mirrored frames take
// their place. m.Window must be m.Size, and m.Size and m.Hop must be legal for [NewPhaseReconstructor]. The error is a
// *dsp.ArgError.
func NewMelVocoder(m Mel, e Effects) (*Vocoder, error) {
	stretch, pitch, err := e.ratios()
	if err != nil {
		return nil, err
	}
	if m, err = m.check(); err != nil {
		return nil, err
	}
	if !m.Reflect {
		return nil, dsp.NewArgError("layout", "covering", "one with reflected ends: set Reflect, Left and Right")
	}
	if _, err := NewMelReconstructor(m); err != nil {
		return nil, err
	}
	longer := lowest(stretch[0]*pitch[0], stretch[1]*pitch[1])
	margin := (m.Size - m.Left - 1) / m.Hop // frames before the first one whose windows cover sample 0
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

// parts is the recipe of the streams of a Vocoder.
type parts struct {
	spectra         func() ([]dsp.Processor, error) // makes the stages from the input to spectra
	pitch           [2]int64                        // factor of the pitch
	block           int                             // input frames that pass from stage to stage at a time
	size, hop, skip int                             // of the synthesis, which drops skip samples at the start
}

// vocoder makes the synthesis and a first stream, so that arguments fail here rather than in Vocoder.NewStream.
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

// NewStream returns a new stream of the Vocoder. [dsp.WithWorkers] lets the synthesis and the conversion of the rate
// use several goroutines. [NewVocoder] and [NewMelVocoder] have checked the arguments by making a stream, so the error
// is nil for a Vocoder that one of them returned.
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

// Shape returns the channels, the ratio of output samples to input frames, and the latency in samples. If the counts of
// frames repeat only after more than [dsp.MaxPeriod] input frames, as with most changes of pitch, the latency is an
// upper bound, and LatencyIsBound is set.
func (v *VocoderStream) Shape() dsp.Shape { return v.shape }

// OutFrames returns ceil(n*Up/Down).
func (v *VocoderStream) OutFrames(n int64) int64 {
	return ratio.CeilMul(max(0, n), int64(v.shape.Up), int64(v.shape.Down))
}

// Emitted returns the number of samples that are final after n input frames.
func (v *VocoderStream) Emitted(n int64) int64 { return v.chain.Emitted(n) }

// MaxOutFrames returns a bound on the samples that Process of n frames followed by Flush appends.
func (v *VocoderStream) MaxOutFrames(n int) int { return v.chain.MaxOutFrames(n) }

// Memory returns the bytes of the filters, which the streams of a Vocoder share, and of the state. It implements
// [dsp.Sizer].
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

// Flush ends the stream and appends the samples that are held, up to OutFrames in total. It drops the samples after the
// end of the signal that the last window covers.
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
