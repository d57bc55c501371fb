package spectral

import "github.com/tailwave/tailwave/dsp/internal/fft"

// overlap finds out what becomes of spectra when their frames are overlapped, added, and transformed again.
type overlap struct {
	size, hop int
	window    []float64
	fourier   *fft.Real

	left    []float64 // windowed frames that have left, added; from the first sample of the next frame to leave on
	sum     []float64 // with the frames under way
	segment []float64
	// inverse[n-1] is, for n frames under way, 1 divided by the sum of squared windows that lie over a sample, those that
	// have left included; where that is small, of leastWeight.
	inverse [refined][]float64
}

// leastWeight keeps the end of the last frame, over which little lies, from being blown up.
const leastWeight = 0.1

func newOverlap(size, hop int) *overlap {
	most := size + (refined-1)*hop
	o := &overlap{
		size: size, hop: hop, window: Hann(size), fourier: fft.NewReal(size),
		left: make([]float64, most), sum: make([]float64, most), segment: make([]float64, size),
	}
	for n := range o.inverse {
		w := make([]float64, size+n*hop)
		for i := range w {
			for m := -(size/hop - 1); m <= n; m++ {
				if at := i - m*hop; at >= 0 && at < size {
					w[i] += float64(o.window[at] * o.window[at])
				}
			}
			w[i] = 1 / max(w[i], leastWeight)
		}
		o.inverse[n] = w
	}
	return o
}

func (o *overlap) reset() { clear(o.left) }

// refine improves the phases of the frames under way, at least one.
func (o *overlap) refine(frames []*slot) {
	weight := o.inverse[len(frames)-1]
	sum := o.sum[:len(weight)]
	for i := range iterations {
		copy(sum, o.left)
		for m, s := range frames {
			o.add(sum[m*o.hop:], s)
		}
		for j := range sum {
			sum[j] = float64(sum[j] * weight[j])
		}
		for m, s := range frames {
			x := sum[m*o.hop:][:o.size]
			for j, w := range o.window {
				o.segment[j] = float64(x[j] * w)
			}
			if i == 0 {
				o.fourier.Forward(s.last, o.segment)
				s.move(s.last, 0)
			} else {
				o.fourier.Forward(s.scratch, o.segment)
				s.move(s.scratch, momentum)
				s.scratch, s.last = s.last, s.scratch
			}
		}
	}
}

// add adds the windowed samples of a frame.
func (o *overlap) add(sum []float64, s *slot) {
	o.fourier.Inverse(o.segment, s.spectrum)
	sum = sum[:len(o.segment)]
	for j, v := range o.segment {
		sum[j] += float64(v * o.window[j])
	}
}

// commit adds the frame that leaves to what has left, and goes on by a hop.
func (o *overlap) commit(s *slot) {
	o.add(o.left, s)
	n := copy(o.left, o.left[o.hop:])
	clear(o.left[n:])
}
