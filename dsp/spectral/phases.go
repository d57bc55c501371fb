package spectral

import (
	"slices"

	"github.com/tailwave/tailwave/dsp"
)

// LookAhead is the number of frames after a frame that a PhaseReconstructor needs before it emits the frame.
const LookAhead = 3

// The last frame of the look-ahead is used for the gradient only. The others are refined together with the frame that
// is emitted next.
const refined = LookAhead

// iterations returns how often those frames are refined before one leaves: as often as leaves room to 20 times real
// time on one core, at the sample rates that SizeFor gives the size for. Four times are enough for -26 dB of spectral
// convergence on speech, fourteen add 3 dB.
func iterations(size int) int {
	if size > 1024 {
		return 4
	}
	return 14
}

// momentum is how far each iteration goes on in the direction of the last.
const momentum = 0.99

// A PhaseReconstructor is a [dsp.Processor] that consumes frames of magnitudes, or mel frames, and emits spectra. It
// finds phases with which the overlapping spectra agree as the spectra of one signal. An output frame has size values,
// in the order that [NewSynthesis] consumes.
//
// The first phases of a frame are integrated along the gradient of the logarithms of magnitudes (Z. Prusa, P. L.
// Sondergaard, "Real-time spectrogram inversion using phase gradient heap integration", 2016). Real-time iterative
// spectrogram inversion with look-ahead (X. Zhu, G. T. Beauregard, L. L. Wyse, "Real-time signal estimation from
// modified short-time Fourier transform magnitude spectra", 2007) then refines them. Each iteration overlap-adds three
// frames and the frames already emitted, transforms the sum, and restores the magnitudes, with the momentum of N.
// Perraudin, P. Balazs and P. L. Sondergaard ("A fast Griffin-Lim algorithm", 2013). After several iterations the first
// of the three frames is emitted.
//
// A mel frame has bands instead of magnitudes. Its first magnitudes are not below 0 and as even as the bands allow.
// Each iteration then uses the magnitudes of the transform, fitted to the bands.
//
// A magnitude or a band that is not finite, or a magnitude below 0, counts as 0 in the search for phases, so it does
// not affect other frames. The spectrum of its own frame contains the value itself.
type PhaseReconstructor struct {
	size, hop int
	in        int // channels
	overlap   *overlap
	gradients *gradients

	slots []*slot // of frames leave-1 to taken-1, the oldest first; the rest are spare
	taken int64   // frames that have come
	begun int64   // frames that have phases
	leave int64   // next frame to leave
	dsp.Guard
}

// A slot holds what is known of a frame.
type slot struct {
	frame
	mels     *melInverse  // nil if magnitudes are given
	bands    []float64    // of a mel frame
	invalid  []float32    // inputs that are no magnitudes: negative or not finite; 0 for the others
	spectrum []complex128 // time 0 at the first sample
	last     []complex128 // transform of the overlap-added signal in the previous iteration
	scratch  []complex128
}

func newSlot(in, bins int, mels *melInverse) *slot {
	return &slot{
		frame: frame{
			magnitude: make([]float64, bins), log: make([]float64, bins),
			inTime: make([]float64, bins), phase: make([]complex128, bins),
		},
		mels: mels, bands: make([]float64, in), invalid: make([]float32, bins),
		spectrum: make([]complex128, bins), last: make([]complex128, bins), scratch: make([]complex128, bins),
	}
}

// NewPhaseReconstructor returns a PhaseReconstructor for frames of size/2+1 magnitudes, under Hann windows of size
// samples that are hop samples apart. size is a power of two from 4 to 4096. size/hop must be a whole number of at
// least 4. The error is a *dsp.ArgError.
func NewPhaseReconstructor(size, hop int) (*PhaseReconstructor, error) {
	if err := checkOverlap(size, hop); err != nil {
		return nil, err
	}
	return newPhaseReconstructor(size, hop, size/2+1, nil), nil
}

// NewMelReconstructor returns a PhaseReconstructor for mel frames as m describes them. The window must be as long as
// the transform, and Size and Hop must be legal for [NewPhaseReconstructor]. The error is a *dsp.ArgError.
func NewMelReconstructor(m Mel) (*PhaseReconstructor, error) {
	m, err := m.check()
	if err != nil {
		return nil, err
	}
	if err := checkOverlap(m.Size, m.Hop); err != nil {
		return nil, err
	}
	if m.Window != m.Size {
		return nil, dsp.NewArgError("window", m.Window, "the transform size %d", m.Size)
	}
	return newPhaseReconstructor(m.Size, m.Hop, m.Bands, newMelInverse(m)), nil
}

func newPhaseReconstructor(size, hop, in int, mels *melInverse) *PhaseReconstructor {
	p := &PhaseReconstructor{
		size: size, hop: hop, in: in, overlap: newOverlap(size, hop), gradients: newGradients(size, hop),
	}
	bins := size/2 + 1
	for range LookAhead + 2 { // the frame before, the one that leaves, and those ahead or silence beyond the end
		p.slots = append(p.slots, newSlot(in, bins, mels))
	}
	p.Reset()
	return p
}

// Shape returns the values of an input frame, magnitudes or bands, as In, size as Out, and the latency, [LookAhead].
func (p *PhaseReconstructor) Shape() dsp.Shape {
	return dsp.Shape{In: p.in, Out: p.size, Up: 1, Down: 1, Latency: LookAhead, MinFrames: 1}
}

// OutFrames returns n.
func (p *PhaseReconstructor) OutFrames(n int64) int64 { return max(0, n) }

// Emitted returns n - LookAhead, at least 0.
func (p *PhaseReconstructor) Emitted(n int64) int64 { return max(0, n-LookAhead) }

// MaxOutFrames returns n + LookAhead.
func (p *PhaseReconstructor) MaxOutFrames(n int) int { return n + LookAhead }

// Memory implements [dsp.Sizer].
func (p *PhaseReconstructor) Memory() (weights, state int64) {
	state = p.overlap.bytes() + p.gradients.bytes() + p.slots[0].mels.bytes()
	for _, s := range p.slots {
		state += s.bytes()
	}
	return 0, state
}

// Reset begins a new stream, with silence before it.
func (p *PhaseReconstructor) Reset() {
	p.taken, p.begun, p.leave = 0, 0, 0
	p.Guard.Reset()
	p.overlap.reset()
	before := p.slots[0]
	before.silence()
	for k := range before.phase {
		before.phase[k], before.inTime[k] = 1, p.gradients.advance[k]
	}
}

// Process consumes frames and appends the spectra of the frames whose look-ahead is complete.
func (p *PhaseReconstructor) Process(dst, src []float32) []float32 {
	p.BeginProcess(len(src), p.in)
	for ; len(src) > 0; src = src[p.in:] {
		p.slot(p.taken).take(src[:p.in])
		p.taken++
		if p.taken-p.leave > LookAhead {
			dst = p.emit(dst)
		}
	}
	return dst
}

// Flush ends the stream, with silence after it, and appends the remaining spectra.
func (p *PhaseReconstructor) Flush(dst []float32) []float32 {
	if p.BeginFlush() {
		p.slot(p.taken).silence()
		for p.leave < p.taken {
			dst = p.emit(dst)
		}
	}
	return dst
}

// slot returns that of frame m, from leave-1 on.
func (p *PhaseReconstructor) slot(m int64) *slot { return p.slots[m-p.leave+1] }

// emit appends the spectrum of the next frame to leave.
func (p *PhaseReconstructor) emit(dst []float32) []float32 {
	end := min(p.leave+refined, p.taken)
	for ; p.begun < end; p.begun++ {
		before, s, after := p.slot(p.begun-1), p.slot(p.begun), p.slot(p.begun+1)
		before.updatePhase()
		p.gradients.integrate(&before.frame, &s.frame, &after.frame)
		s.setSpectrum()
	}
	p.overlap.refine(p.slots[1 : 1+end-p.leave])
	s := p.slot(p.leave)
	p.overlap.commit(s)
	at := len(dst)
	dst = slices.Grow(dst, p.size)[:at+p.size]
	s.write(dst[at:])
	p.leave++
	oldest := p.slots[0]
	copy(p.slots, p.slots[1:])
	p.slots[len(p.slots)-1] = oldest
	return dst
}
