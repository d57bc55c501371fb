package spectral

import (
	"math"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// hannSpread is the parameter of the Gaussian window closest to a Hann window of size samples: gamma =
// hannSpread*size^2 (Z. Průša, P. Balazs and P. L. Søndergaard, "A noniterative method for reconstruction of phase from
// STFT magnitude", 2017, table I).
const hannSpread = 0.25645

// Magnitudes below quiet count as quiet, so that their logarithms are finite. Frequencies whose magnitude is below
// reach times the largest of this frame and the one before are left out of the integration.
const (
	quiet = 1e-10
	reach = 1e-6
)

// gradients integrates the phases of a frame, starting from those of the frame before: phase gradient heap integration
// with one frame of look-ahead (Z. Průša and P. L. Søndergaard, "Real-time spectrogram inversion using phase gradient
// heap integration", 2016). For a Gaussian window, the derivative of the phase in one direction, time or frequency, is
// that of the logarithm of the magnitude in the other direction, times a factor. The integration spreads from loud to
// quiet frequencies.
//
// Phases are those of a transform with time 0 in the middle of the window, and phase differences are in units of pi.
// Phases are stored as points on the unit circle and turned by phase differences. So no arctangent is needed.
type gradients struct {
	size, hop int
	toTime    float64   // from the slope of the logarithm per frequency to the phase advance per frame
	toFreq    float64   // from the slope of the logarithm per frame to the phase advance per frequency
	advance   []float64 // phase advance per frame of a steady tone at each frequency, in units of pi, in [0, 2)

	level []float64 // magnitudes of the frame before, then of this frame: the order of the heap
	freq  []float64 // phase advance per frequency in this frame, in units of pi
	done  []bool    // frequencies that have their phase
	heap  levelHeap
}

func newGradients(size, hop int) *gradients {
	bins := size/2 + 1
	g := &gradients{
		size: size, hop: hop,
		toTime:  float64(hop) / (math.Pi * hannSpread * float64(size)),
		toFreq:  -hannSpread * float64(size) / (math.Pi * float64(hop)),
		advance: make([]float64, bins),
		level:   make([]float64, 2*bins),
		freq:    make([]float64, bins),
		done:    make([]bool, bins),
	}
	for k := range g.advance {
		g.advance[k] = float64(2*k*hop%(2*size)) / float64(size)
	}
	g.heap.level = g.level
	g.heap.items = make([]int32, 0, 2*bins)
	return g
}

// A frame has one value for each of size/2+1 frequencies.
type frame struct {
	magnitude []float64
	log       []float64    // natural logarithm of max(magnitude, quiet)
	inTime    []float64    // phase advance per frame, in units of pi
	phase     []complex128 // on the unit circle
}

// bytes returns the memory of the gradients and the heap.
func (g *gradients) bytes() int64 {
	values := len(g.advance) + len(g.level) + len(g.freq)
	return 8*int64(values) + int64(len(g.done)) + 4*int64(cap(g.heap.items))
}

// integrate sets f.inTime and f.phase from the magnitudes of the three frames, and from the phases and their advance in
// the frame before. Item k of the heap is frequency k of the frame before; item len(f.magnitude)+k is frequency k of f.
func (g *gradients) integrate(before, f, after *frame) {
	g.derive(before, f, after)
	bins := len(f.magnitude)
	loudest := 0.0
	for k := range bins {
		g.level[k], g.level[bins+k] = before.magnitude[k], f.magnitude[k]
		loudest = max(loudest, before.magnitude[k], f.magnitude[k])
	}
	least := max(quiet, float64(loudest*reach))
	left := 0
	g.heap.items = g.heap.items[:0]
	for k := range bins {
		g.done[k] = f.magnitude[k] < least
		if g.done[k] {
			f.phase[k] = turn(before.phase[k], f.inTime[k])
			continue
		}
		left++
		if before.magnitude[k] >= least {
			g.heap.push(int32(k))
		}
	}
	for left > 0 {
		if len(g.heap.items) == 0 {
			k := g.loudestLeft(f)
			f.phase[k] = 1 // not connected to any frequency with a phase, so any phase will do
			left -= g.markDone(k, bins)
			continue
		}
		k := int(g.heap.pop())
		if k < bins {
			if !g.done[k] {
				f.phase[k] = turn(before.phase[k], float64(0.5*(before.inTime[k]+f.inTime[k])))
				left -= g.markDone(k, bins)
			}
			continue
		}
		k -= bins
		if up := k + 1; up < bins && !g.done[up] {
			f.phase[up] = turn(f.phase[k], float64(0.5*(g.freq[k]+g.freq[up])))
			left -= g.markDone(up, bins)
		}
		if down := k - 1; down >= 0 && !g.done[down] {
			f.phase[down] = turn(f.phase[k], -float64(0.5*(g.freq[k]+g.freq[down])))
			left -= g.markDone(down, bins)
		}
	}
}

// derive sets f.inTime and g.freq, the phase gradients of f, by central differences.
func (g *gradients) derive(before, f, after *frame) {
	last := len(f.log) - 1
	for k := range f.log {
		slope := 0.0
		if k > 0 && k < last {
			slope = float64(0.5 * (f.log[k+1] - f.log[k-1]))
		}
		f.inTime[k] = float64(g.toTime*slope) + g.advance[k]
		g.freq[k] = float64(g.toFreq * float64(0.5*(after.log[k]-before.log[k])))
	}
}

// markDone marks frequency k as done and queues it, so that its phase spreads to its neighbours. It returns 1, the
// number of frequencies marked.
func (g *gradients) markDone(k, bins int) int {
	g.done[k] = true
	g.heap.push(int32(bins + k))
	return 1
}

// loudestLeft returns the frequency with the largest magnitude that is not done, the lowest one among equals.
func (g *gradients) loudestLeft(f *frame) int {
	best := -1
	for k, m := range f.magnitude {
		if !g.done[k] && (best < 0 || m > f.magnitude[best]) {
			best = k
		}
	}
	return best
}

// turn returns p*exp(i*pi*x).
func turn(p complex128, x float64) complex128 {
	c, s := elementary.SinPi(x+0.5), elementary.SinPi(x)
	return complex(float64(real(p)*c)-float64(imag(p)*s), float64(real(p)*s)+float64(imag(p)*c))
}

// A levelHeap is a binary heap. pop removes the item with the largest level, the lowest item among equals, so that the
// order does not depend on the history of the heap.
type levelHeap struct {
	level []float64 // indexed by item
	items []int32
}

func (h *levelHeap) before(a, b int32) bool {
	return h.level[a] > h.level[b] || h.level[a] == h.level[b] && a < b
}

func (h *levelHeap) push(item int32) {
	h.items = append(h.items, item)
	i := len(h.items) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !h.before(item, h.items[parent]) {
			break
		}
		h.items[i] = h.items[parent]
		i = parent
	}
	h.items[i] = item
}

func (h *levelHeap) pop() int32 {
	top := h.items[0]
	last := len(h.items) - 1
	item := h.items[last]
	h.items = h.items[:last]
	i := 0
	for {
		child := 2*i + 1
		if child >= last {
			break
		}
		if child+1 < last && h.before(h.items[child+1], h.items[child]) {
			child++
		}
		if !h.before(h.items[child], item) {
			break
		}
		h.items[i] = h.items[child]
		i = child
	}
	if last > 0 {
		h.items[i] = item
	}
	return top
}
