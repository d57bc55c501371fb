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
	// analysis[n-1][m] is, for n frames under way, the window of the m-th divided by the sum of squared windows that
	// lie over a sample, those that have left included; where that is small, by leastWeight.
	analysis [refined][][]float64
}

// leastWeight keeps the end of the last frame, over which little lies, from being blown up.
const leastWeight = 0.1

func newOverlap(size, hop int) *overlap {
	most := size + (refined-1)*hop
	o := &overlap{
		size: size, hop: hop, window: Hann(size), fourier: fft.NewReal(size),
		left: make([]float64, most), sum: make([]float64, most), segment: make([]float64, size),
	}
	for n := range o.analysis {
		for m := range n + 1 {
			w := make([]float64, size)
			for i := range w {
				sum := 0.0
				for j := -(size/hop - 1); j <= n; j++ {
					if at := i + (m-j)*hop; at >= 0 && at < size {
						sum += float64(o.window[at] * o.window[at])
					}
				}
				w[i] = o.window[i] / max(sum, leastWeight)
			}
			o.analysis[n] = append(o.analysis[n], w)
		}
	}
	return o
}

func (o *overlap) reset() { clear(o.left) }

// refine improves the phases of the frames under way, at least one.
func (o *overlap) refine(frames []*slot) {
	windows := o.analysis[len(frames)-1]
	sum := o.sum[:o.size+(len(frames)-1)*o.hop]
	for i := range iterations(o.size) {
		copy(sum, o.left)
		for m, s := range frames {
			o.add(sum[m*o.hop:], s)
		}
		for m, s := range frames {
			window := windows[m]
			x, segment := sum[m*o.hop:][:len(window)], o.segment[:len(window)]
			for j, w := range window {
				segment[j] = float64(x[j] * w)
			}
			if i == 0 {
				o.fourier.Forward(s.last, o.segment)
				s.iterate(s.last, 0)
			} else {
				o.fourier.Forward(s.scratch, o.segment)
				s.iterate(s.scratch, momentum)
				s.scratch, s.last = s.last, s.scratch
			}
		}
	}
}

// add adds the windowed samples of a frame.
func (o *overlap) add(sum []float64, s *slot) {
	o.fourier.Inverse(o.segment, s.spectrum)
	sum, window := sum[:len(o.segment)], o.window[:len(o.segment)]
	for j, v := range o.segment {
		sum[j] += float64(v * window[j])
	}
}

// commit adds the frame that leaves to what has left, and goes on by a hop.
func (o *overlap) commit(s *slot) {
	o.add(o.left, s)
	copy(o.left, o.left[o.hop:]) // the end, beyond a frame, is 0 and stays 0
}

// bytes returns the memory of the sums and windows.
func (o *overlap) bytes() int64 {
	n := len(o.window) + len(o.left) + len(o.sum) + len(o.segment)
	for _, windows := range o.analysis {
		for _, w := range windows {
			n += len(w)
		}
	}
	return 8*int64(n) + o.fourier.Bytes()
}
