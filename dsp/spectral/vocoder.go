package spectral

import (
	"math"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// Effects are what a Vocoder does to sound beyond making it again. The zero Effects are none.
type Effects struct {
	Stretch float64 // times as long, from 0.1 to 10, to a thousandth; 0 stands for 1
	Pitch   float64 // semitones higher, from -24 to 24, within a fifth of a hundredth
	Robot   bool    // phases are constant instead of what belongs together: a monotone voice
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

	taken, given int64
}

// blockSamples is about how many samples pass from stage to stage at a time.
const blockSamples = 8192

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
	l := Layout{Size: size, Hop: hop, Up: int(longer[0]), Down: int(longer[1])}
	stft, err := NewSTFT(l)
	if err != nil {
		return nil, err
	}
	var phases dsp.Processor = newConstantPhase(size/2+1, size, nil)
	ahead := 0
	if !e.Robot {
		if phases, err = NewPhaseReconstructor(size, hop); err != nil {
			return nil, err
		}
		ahead = LookAhead
	}
	v, err := newVocoder(stretch, pitch, blockSamples, workers, []dsp.Processor{stft, phases}, size, hop, size-hop)
	if err != nil {
		return nil, err
	}
	if pitch[0] == pitch[1] {
		v.lag = stft.layout.sampleLag() + ahead*hop + size - hop
	}
	return v, nil
}

// sampleLag returns the most samples ever held back, if frames give a hop each: with y samples due, y*Down a whole number,
// floor((2*Down*y + K)/(2*Down*Hop)) + 1 frames are there, and just before the first of them is, y is largest.
func (l Layout) sampleLag() int {
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
	reconstructor, err := NewMelReconstructor(m)
	if err != nil {
		return nil, err
	}
	var phases dsp.Processor = reconstructor
	ahead := LookAhead
	if e.Robot {
		phases, ahead = newConstantPhase(m.Bands, m.Size, newMelInverse(m)), 0
	}
	longer := lowest(stretch[0]*pitch[0], stretch[1]*pitch[1])
	var stages []dsp.Processor
	if longer[0] != longer[1] {
		stages = append(stages, newStretched(m.Bands, longer[0], longer[1]))
	}
	margin := (m.Size - m.Left - 1) / m.Hop // frames before the first that lie over sample 0
	stages = append(stages, newMirrored(m.Bands, margin), phases)
	v, err := newVocoder([2]int64{stretch[0] * int64(m.Hop), stretch[1]}, pitch, max(1, blockSamples/m.Hop), workers, stages, m.Size, m.Hop, m.Left+margin*m.Hop)
	if err == nil && len(stages) == 2 {
		v.lag = ahead*m.Hop + m.Left
	}
	return v, err
}

// newVocoder chains stages that give spectra, the synthesis of them without its first samples, and what changes the rate.
func newVocoder(ratio, pitch [2]int64, block int, workers dsp.Workers, stages []dsp.Processor, size, hop, skip int) (*Vocoder, error) {
	synthesis, err := NewSynthesis(size, hop, skip, size-hop, dsp.Across(workers))
	if err != nil {
		return nil, err
	}
	stages = append(stages, synthesis)
	if pitch[0] != pitch[1] {
		r, err := dsp.NewResampler(int(pitch[0]), int(pitch[1]), 1, dsp.High, workers)
		if err != nil {
			return nil, err
		}
		stages = append(stages, r)
	}
	chain, err := dsp.NewChain(block, stages...)
	if err != nil {
		return nil, err
	}
	ratio = lowest(ratio[0], ratio[1])
	return &Vocoder{Chain: chain, up: ratio[0], down: ratio[1], lag: chain.Lag()}, nil
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
