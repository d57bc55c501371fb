package spectral

import (
	"slices"

	"github.com/tailwave/tailwave/dsp"
)

// LookAhead is the number of frames that a [PhaseReconstructor] must have consumed after a frame before it emits that
// frame.
const LookAhead = 3

// refined is the number of frames that are refined together: the next one to emit, and those of the look-ahead except
// the last. The phases of a frame are first integrated from the frames before and after it, so the last frame of the
// look-ahead serves as "after" only.
const refined = LookAhead

// iterations returns the number of iterations over the refined frames before one frame is emitted. The numbers keep the
// speed near 20 times real time on one core at the sample rates for which SizeFor returns the size. 4 iterations reach
// a spectral convergence of -26 dB on speech, and 14 improve it by 3 dB.
func iterations(size int) int {
	if size > 1024 {
		return 4
	}
	return 14
}

// momentum is the factor alpha of the fast Griffin-Lim algorithm: each iteration moves on from its result by this
// factor of the step from the previous result.
const momentum = 0.99

// A PhaseReconstructor is a [dsp.Processor] that consumes frames of magnitudes, or mel frames, and emits spectra. It
// searches for phases with which overlapping frames are consistent, the frames of one signal. An output frame has size
// values, in the order of [NewSpectra].
//
// The first phases of a frame come from phase gradient heap integration (Z. Průša and P. L. Søndergaard, "Real-time
// spectrogram inversion using phase gradient heap integration", 2016): they are integrated along the phase gradient,
// which follows from the logarithms of the magnitudes. Real-time iterative spectrogram inversion with look-ahead (X.
// Zhu, G. T. Beauregard and L. L. Wyse, "Real-time signal estimation from modified short-time Fourier transform
// magnitude spectra", 2007) then refines the phases of three successive frames. An iteration overlap-adds them to the
// frames already emitted, transforms the sum again, and restores the magnitudes, with the momentum of N. Perraudin, P.
// Balazs and P. L. Søndergaard ("A fast Griffin-Lim algorithm", 2013). There are 14 iterations for each frame, or 4 if
// size is above 1024. Then the first of the three frames is emitted.
//
// A mel frame determines bands, not magnitudes. Its first magnitudes are the non-negative ones with these bands that
// multiplicative updates reach from constant magnitudes. After that, each iteration takes the magnitudes of the
// overlap-added signal, moved towards the bands by one update.
//
// A magnitude or a band that is not finite, or a magnitude below 0, counts as 0 in the search for phases. So it affects
// no other frame. The spectrum of its own frame contains the value itself, as real and as imaginary part.
type PhaseReconstructor struct {
	size, hop int
	in        int // values of an input frame
	overlap   *overlap
	gradients *gradients

	slots []*slot // frames leave-1 to taken-1, oldest first, then spare ones
	taken int64   // frames consumed
	begun int64   // frames with phases
	leave int64   // next frame to emit
	dsp.Guard
}

// A slot holds the state of one frame.
type slot struct {
	frame
	mels     *melInverse  // nil for frames of magnitudes
	bands    []float64    // wanted bands of a mel frame
	invalid  []float32    // for each frequency the input that counts as 0: negative or not finite; otherwise 0
	spectrum []complex128 // phases relative to the first sample of the frame
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

// NewPhaseReconstructor returns a PhaseReconstructor for frames of size/2+1 magnitudes, as [NewSTFT] emits them for
// Hann windows of size samples that are hop samples apart. size is a power of two from 4 to 4096, and size/hop a whole
// number of at least 4. The error is a *dsp.ArgError.
func NewPhaseReconstructor(size, hop int) (*PhaseReconstructor, error) {
	if err := checkOverlap(size, hop); err != nil {
		return nil, err
	}
	return newPhaseReconstructor(size, hop, size/2+1, nil), nil
}

// NewMelReconstructor returns a PhaseReconstructor for mel frames of m.Bands values as m describes them. m.Window must
// be m.Size, and m.Size and m.Hop must be legal for [NewPhaseReconstructor]. The error is a *dsp.ArgError.
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
	for range LookAhead + 2 { // the frame emitted last, the next one, and its look-ahead, which Flush fills with silence
		p.slots = append(p.slots, newSlot(in, bins, mels))
	}
	p.Reset()
	return p
}

// Shape returns In, the magnitudes or bands of an input frame, Out, which is size, and a latency of [LookAhead] frames.
func (p *PhaseReconstructor) Shape() dsp.Shape {
	return dsp.Shape{In: p.in, Out: p.size, Up: 1, Down: 1, Latency: LookAhead, MinFrames: 1}
}

// OutFrames returns n.
func (p *PhaseReconstructor) OutFrames(n int64) int64 { return max(0, n) }

// Emitted returns n - LookAhead, at least 0.
func (p *PhaseReconstructor) Emitted(n int64) int64 { return max(0, n-LookAhead) }

// MaxOutFrames returns n + LookAhead.
func (p *PhaseReconstructor) MaxOutFrames(n int) int { return n + LookAhead }

// Memory returns the bytes that the stream holds, all of them state. It implements [dsp.Sizer].
func (p *PhaseReconstructor) Memory() (weights, state int64) {
	state = p.overlap.bytes() + p.gradients.bytes() + p.slots[0].mels.bytes()
	for _, s := range p.slots {
		state += s.bytes()
	}
	return 0, state
}

// Reset begins a new stream. The frame before the first one counts as silence.
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

// Process consumes frames and appends the spectra of those frames whose look-ahead is complete.
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

// Flush ends the stream and appends the spectra of the frames that are held. The frame after the last one counts as
// silence.
func (p *PhaseReconstructor) Flush(dst []float32) []float32 {
	if p.BeginFlush() {
		p.slot(p.taken).silence()
		for p.leave < p.taken {
			dst = p.emit(dst)
		}
	}
	return dst
}

// slot returns the slot of frame m, from leave-1 on.
func (p *PhaseReconstructor) slot(m int64) *slot { return p.slots[m-p.leave+1] }

// emit appends the spectrum of frame leave. It first finds phases for the frames that its look-ahead has completed.
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
