package spectral

import "github.com/tailwave/tailwave/dsp/internal/fft"

// overlap refines the phases of up to [refined] successive frames, which are called pending here. Each iteration
// overlap-adds them to the frames already emitted and transforms the sum again: the inverse and the forward step of the
// Griffin-Lim algorithm.
type overlap struct {
	size, hop int
	window    []float64
	fourier   *fft.Real

	left    []float64 // sum of the windowed frames already emitted, from the first sample of the oldest pending frame on
	sum     []float64 // left plus the windowed pending frames
	segment []float64 // scratch: the samples of one frame
	// analysis[n-1][m] is the analysis window of pending frame m where n frames are pending: the Hann window divided by
	// the sum of all squared windows over the sample, emitted and pending, or by leastWeight if that is larger.
	analysis [refined][][]float64
}

// leastWeight bounds the divisor at the end of the last pending frame. Few windows overlap there, and dividing by their
// small sum would amplify errors.
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

// refine runs all iterations over the pending frames, 1 to [refined] of them, oldest first.
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

// add adds the windowed samples of a frame to the start of sum.
func (o *overlap) add(sum []float64, s *slot) {
	o.fourier.Inverse(o.segment, s.spectrum)
	sum, window := sum[:len(o.segment)], o.window[:len(o.segment)]
	for j, v := range o.segment {
		sum[j] += float64(v * window[j])
	}
}

// commit adds the oldest pending frame, which is being emitted, to left and moves left on by a hop.
func (o *overlap) commit(s *slot) {
	o.add(o.left, s)
	copy(o.left, o.left[o.hop:]) // left is longer than a frame, so the last hop samples are 0 and stay 0
}

// bytes returns the memory of the sums, the windows and the transform.
func (o *overlap) bytes() int64 {
	n := len(o.window) + len(o.left) + len(o.sum) + len(o.segment)
	for _, windows := range o.analysis {
		for _, w := range windows {
			n += len(w)
		}
	}
	return 8*int64(n) + o.fourier.Bytes()
}
