package spectral

import (
	"math"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// Effects are what a Vocoder does to sound beyond making it again. The zero Effects are none.
type Effects struct {
	Stretch       float64 // times as long, from 0.1 to 10, to a thousandth; 0 stands for 1
	Pitch         float64 // semitones higher, from -24 to 24, within a hundredth
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
		return stretch, pitch, argError("stretch", e.Stretch, "from 0.1 to 10")
	}
	if !(e.Pitch >= -24 && e.Pitch <= 24) {
		return stretch, pitch, argError("pitch", e.Pitch, "from -24 to 24 semitones")
	}
	stretch = lowest(int64(math.Floor(float64(e.Stretch*1000)+0.5)), 1000)
	factor := elementary.Exp(float64(e.Pitch*math.Ln2) / 12)
	return stretch, lowest(int64(math.Floor(float64(factor*pitchTerm)+0.5)), pitchTerm), nil
}

func lowest(a, b int64) [2]int64 {
	g := gcd(a, b)
	return [2]int64{a / g, b / g}
}

// Ratio returns how many times as long sound becomes, in lowest terms.
func (e Effects) Ratio() (up, down int, err error) {
	stretch, _, err := e.ratios()
	return int(stretch[0]), int(stretch[1]), err
}

// A Vocoder makes sound again from magnitudes or mel frames alone, as a dsp.Processor.
type Vocoder struct {
	*dsp.Chain
	up, down int64 // samples for each input frame
	lag      int

	parts     parts
	synthesis *dsp.Upsampler[float32]

	taken, given int64
}

// blockFrames is about how many frames pass from stage to stage at a time: enough for the synthesis to use each reading of its
// filters many times.
const blockFrames = 32

// NewVocoder returns a Vocoder of the samples of one channel: they are analysed under a Hann window of SizeFor(rate), every
// quarter of it, and made again from the magnitudes. n samples become ceil(n*stretch). Pitch is changed by stretching further
// and converting the sample rate back. The options are for the synthesis, and workers for the conversion too. The error is a
// *dsp.ArgError.
func NewVocoder(rate int, e Effects, workers dsp.Workers) (*Vocoder, error) {
	if rate < 1 {
		return nil, argError("sample rate", rate, "at least 1")
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
	p := parts{ratio: stretch, pitch: pitch, block: blockFrames * hop, size: size, hop: hop, skip: size - hop}
	ahead := LookAhead
	if e.ConstantPhase {
		ahead = 0
	}
	if pitch[0] == pitch[1] {
		p.lag = l.sampleLag() + ahead*hop + size - hop
	}
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
	return p.vocoder(nil, workers)
}

// sampleLag returns the most samples ever held back, if frames give a hop each: with y samples due, y*Down a whole number,
// floor((2*Down*y + K)/(2*Down*Hop)) + 1 frames are there, and just before the first of them is, y is largest.
func (l FrameLayout) sampleLag() int {
	return int(floorDiv(ceilDiv(-l.behind(), 2)-1, int64(l.Down)))
}

// NewMelVocoder returns a Vocoder of frames as m describes them. n frames become ceil(n*hop*stretch) samples. Frames of the
// mirror image of the sound, as m reflects its ends, complete the first and the last samples. The error is a *dsp.ArgError.
func NewMelVocoder(m Mel, e Effects, workers dsp.Workers) (*Vocoder, error) {
	stretch, pitch, err := e.ratios()
	if err != nil {
		return nil, err
	}
	if m, err = m.check(); err != nil {
		return nil, err
	}
	if !m.Reflect {
		return nil, argError("layout", "covering", "one with reflected ends")
	}
	if _, err := NewMelReconstructor(m); err != nil {
		return nil, err
	}
	longer := lowest(stretch[0]*pitch[0], stretch[1]*pitch[1])
	margin := (m.Size - m.Left - 1) / m.Hop // frames before the first that lie over sample 0
	p := parts{
		ratio: lowest(stretch[0]*int64(m.Hop), stretch[1]), pitch: pitch, block: blockFrames,
		size: m.Size, hop: m.Hop, skip: m.Left + margin*m.Hop,
	}
	ahead := LookAhead
	if e.ConstantPhase {
		ahead = 0
	}
	if longer[0] == longer[1] && pitch[0] == pitch[1] {
		p.lag = ahead*m.Hop + m.Left
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
	return p.vocoder(nil, workers)
}

// parts are what Vocoders are made of.
type parts struct {
	spectra         func() ([]dsp.Processor, error) // stages that give spectra
	ratio, pitch    [2]int64
	block           int // input frames at a time
	size, hop, skip int // of the synthesis, with samples dropped at the start
	lag             int // 0 if the chain's bound will do
}

// vocoder chains the stages, the synthesis of their spectra, and what changes the rate. The synthesis is made, or a further
// stream of the given one.
func (p parts) vocoder(like *dsp.Upsampler[float32], workers dsp.Workers) (*Vocoder, error) {
	stages, err := p.spectra()
	if err != nil {
		return nil, err
	}
	var synthesis *dsp.Upsampler[float32]
	if like != nil {
		synthesis, err = like.NewStream(dsp.Across(workers))
	} else {
		synthesis, err = NewSynthesis(p.size, p.hop, p.skip, p.size-p.hop, dsp.Across(workers))
	}
	if err != nil {
		return nil, err
	}
	stages = append(stages, synthesis)
	if p.pitch[0] != p.pitch[1] {
		r, err := dsp.NewResampler(int(p.pitch[0]), int(p.pitch[1]), 1, dsp.High, workers)
		if err != nil {
			return nil, err
		}
		stages = append(stages, r)
	}
	chain, err := dsp.NewChain(p.block, stages...)
	if err != nil {
		return nil, err
	}
	v := &Vocoder{Chain: chain, up: p.ratio[0], down: p.ratio[1], lag: p.lag, parts: p, synthesis: synthesis}
	if p.lag == 0 {
		v.lag = chain.Lag()
	}
	return v, nil
}

// NewStream returns a Vocoder for a further stream: as new, with the same filters, which are shared.
func (v *Vocoder) NewStream(workers dsp.Workers) (*Vocoder, error) {
	return v.parts.vocoder(v.synthesis, workers)
}

// Ratio returns samples for each input frame.
func (v *Vocoder) Ratio() (up, down int) { return int(v.up), int(v.down) }

// Frames returns ceil(n*up/down).
func (v *Vocoder) Frames(n int64) int64 {
	if n <= 0 {
		return 0
	}
	return n/v.down*v.up + ceilDiv(n%v.down*v.up, v.down)
}

// Lag returns the most samples ever held back; with a change of pitch, or mel frames stretched, a bound on it.
func (v *Vocoder) Lag() int { return v.lag }

// Reset begins a new stream.
func (v *Vocoder) Reset() {
	v.Chain.Reset()
	v.taken, v.given = 0, 0
}

// Process takes frames and appends the samples that are certain.
func (v *Vocoder) Process(dst, src []float32) []float32 {
	in, _ := v.Channels()
	at := len(dst)
	dst = v.Chain.Process(dst, src)
	v.taken += int64(len(src) / in)
	v.given += int64(len(dst) - at)
	return dst
}

// Flush ends the stream. Of the last frame, what lies beyond the end is dropped.
func (v *Vocoder) Flush(dst []float32) []float32 {
	at := len(dst)
	dst = v.Chain.Flush(dst)
	if most := int(v.Frames(v.taken) - v.given); len(dst)-at > most {
		dst = dst[:at+most]
	}
	v.given += int64(len(dst) - at)
	return dst
}
