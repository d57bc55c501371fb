package dsp

import (
	"math"

	"github.com/tailwave/tailwave/dsp/internal/elementary"
	"github.com/tailwave/tailwave/dsp/internal/fft"
	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// A blockPlan says how a blockResampler converts, and has its tables.
//
// The stream is filtered to an intermediate one of phases values for each input frame i, of which value phases*i + q is the
// signal at the time i + q/phases. Block b gives the values for the frames from first + b*hop on, hop frames of them, and is
// computed from the length frames from first + b*hop - before on.
type blockPlan struct {
	level    kernel.Level
	up, down int64
	filter   *fft.Filter
	phases   int
	length   int
	hop      int
	before   int
	first    int64

	// Output frame k is at the intermediate value k*step/of. If of is 1, it is that value; else it is interpolated between
	// reach-1 values before it, the value at its integer part, and reach behind that.
	step, of int64
	reach    int
	pulse    *pulse
}

// Bounds on what is converted in blocks: longer filters take more memory than they save time, and more phases are better
// interpolated.
const (
	maxBlock  = 1 << 14
	maxPhases = 4
)

// newBlockPlan returns the plan for a ratio, or nil if its filter is too long. The rate of the input bounds the length of
// blocks in time, not whether there is a plan.
func newBlockPlan(level kernel.Level, d design, up, down, inRate int) *blockPlan {
	s := d.sinc
	p := &blockPlan{level: level, up: int64(up), down: int64(down), phases: 2}
	if up <= maxPhases {
		p.phases = up
	} else if down >= 2*up {
		p.phases = 1
	}
	common := gcd(down*p.phases, up)
	p.step, p.of = int64(down*p.phases/common), int64(up/common)
	side := s.half*max(up, down)*p.phases/up + 1
	if side > maxBlock/2 {
		return nil
	}
	// taps[i] belongs to the time (i-zero)/phases.
	taps, zero := s.spread(side, up, p.phases*max(up, down), float64(p.phases)), side
	if d.minimum {
		taps, zero = minimumPhase(taps), 0
	}
	if p.of > 1 {
		p.reach = kernel.Taps / 2
		p.first = -int64(p.reach)
		p.pulse = newPulse(p.of)
		taps, zero = p.pulse.compensate(taps, zero), zero+compensation
	}
	p.before = ((len(taps)-1-zero)/p.phases + 1) &^ 1 // even: results come in pairs
	after := (zero + p.phases - 1) / p.phases
	if p.length = blockLength(p.before+after, inRate); p.length > maxBlock {
		return nil
	}
	p.hop = (p.length - p.before - after) &^ 3
	filters := make([][]float64, p.phases)
	for q := range filters {
		filters[q] = make([]float64, p.length)
	}
	for j, v := range taps {
		j -= zero
		q := (j%p.phases + p.phases) % p.phases
		i := (j - q) / p.phases
		filters[q][(i+p.length)%p.length] = v
	}
	p.filter = fft.NewFilter(level, p.length, filters)
	return p
}

// spread returns the filter at the times j*num/den from j = -side to side, so scaled that the values add up to sum.
func (s sinc) spread(side, num, den int, sum float64) []float64 {
	taps := make([]float64, 2*side+1)
	total := 0.0
	for j := side; j >= 0; j-- { // small values first
		if j*num >= s.half*den {
			continue
		}
		v := s.at(j*num, den)
		taps[side-j], taps[side+j] = v, v
		if total += v; j > 0 {
			total += v
		}
	}
	scale := sum / total
	for i := range taps {
		taps[i] = float64(taps[i] * scale)
	}
	return taps
}

// blockLength returns how long blocks are for filters that reach over so many frames beside one: long enough for most of
// each to be good for something, but no longer than a tenth of a second and maxBlock, as long as a third is.
func blockLength(span, inRate int) int {
	n := 256
	for n < 2*span+span/2 {
		n *= 2
	}
	for n > 256 && n/2 >= span+span/2 && n > min(inRate/10, maxBlock) {
		n /= 2
	}
	return n
}

// scratch returns how many values a worker needs, about.
func (p *blockPlan) scratch() int { return (1 + p.phases) * p.length * kernel.Lanes }

// mostDown returns the largest factor by which newBlockPlan divides any rate.
func (d design) mostDown() int { return (maxBlock*2/3 - 2*compensation - 4) / (2 * d.sinc.half) }

// keeps returns how many values are kept for each channel, about.
func (p *blockPlan) keeps() int { return p.length + (1+p.phases)*p.hop*2 }

// ready returns how many output frames can be computed when so many blocks have been.
func (p *blockPlan) ready(blocks int64) int64 {
	end := int64(p.phases)*(p.first+blocks*int64(p.hop)) - int64(p.reach)
	if end <= 0 {
		return 0
	}
	return ceilRatio(end, p.of, p.step)
}

// start returns the first frame that a block is computed from.
func (p *blockPlan) start(block int64) int64 { return p.first + block*int64(p.hop) - int64(p.before) }

// lag returns the most output frames ever held back: those at the end of a block that lacks one frame. For block b that is
//
//	floor((last*up + r)/down) - ceil((end*up + r*phases)/(down*phases)), r = b*hop*up mod down
//
// with the frames and values of block 0. r takes all multiples of gcd(hop, down), and the most is where the first term has
// just grown.
func (p *blockPlan) lag() int {
	last := p.start(0) + int64(p.length) - 1
	end, phases := int64(p.phases)*p.first-int64(p.reach), int64(p.phases)
	lag := func(r int64) int64 {
		return floorDiv(last*p.up+r, p.down) + floorDiv(-(end*p.up+r*phases), p.down*phases)
	}
	most := lag(0)
	g := int64(gcd(p.hop, int(p.down)))
	missing := p.down - last*p.up%p.down // for the first term to grow
	if r := (missing + g - 1) / g * g; r < p.down {
		most = max(most, lag(r))
	}
	return int(most)
}

// place returns where output frame k lies among the intermediate values, the whole part and so many of'ths.
func (p *blockPlan) place(k int64) (whole, phase int64) {
	rest := k % p.of * p.step
	return k/p.of*p.step + rest/p.of, rest % p.of
}

// A pulse is what values of a signal are interpolated with: a Kaiser window used as a kernel (J. I. Jackson et al.,
// "Selection of a convolution function for Fourier inversion using gridding", IEEE Transactions on Medical Imaging 10,
// 1991), 12 values wide, which lets through less than 1e-11 of the images of a signal that is oversampled twice.
type pulse struct {
	of    int64
	table []float64 // for each phase, or each 1/gridRate of a value, kernel.Taps values
	exact bool      // for each phase
}

const (
	pulseShape = 28.0
	gridRate   = 1024
	maxExact   = 2048 // phases
	// compensation is how much longer compensate makes a filter on either side.
	compensation = 24
)

func newPulse(of int64) *pulse {
	u := &pulse{of: of, exact: of <= maxExact}
	first, last, den := 0, int(of)-1, int(of)
	if !u.exact { // cubics take a row before and two behind
		first, last, den = -1, gridRate+1, gridRate
	}
	scale := 1 / float64(kernel.Taps*sinhc(pulseShape*pulseShape))
	for r := first; r <= last; r++ {
		for m := range kernel.Taps {
			x := (float64(r)/float64(den) + float64(kernel.Taps/2-1-m)) / (kernel.Taps / 2)
			q := float64(pulseShape*pulseShape) * (1 - float64(x*x)) / 4
			u.table = append(u.table, float64(elementary.BesselI0(q)*scale))
		}
	}
	return u
}

// sinhc returns sinh(s)/s for the square of s, by its power series, for squares from 0 to 2500.
func sinhc(square float64) float64 {
	sum, term := 1.0, 1.0
	for k := 2.0; term > sum*0x1p-60; k += 2 {
		term = float64(term * (square / float64(k*(k+1))))
		sum += term
	}
	return sum
}

// compensate returns the filter whose result, interpolated, is what the given one's would be in continuous time: its
// spectrum is divided by that of the pulse, W*sinh(s)/s with s^2 = shape^2 - (pi*W*f)^2 at f cycles per value, W = 12. The
// tap for the time 0 is the one at zero; in the result it is so many further on as compensation says.
func (u *pulse) compensate(taps []float64, zero int) []float64 {
	size := 256
	for size < 8*len(taps) {
		size *= 2
	}
	circle := make([]float64, size)
	for j, v := range taps {
		circle[(j-zero+size)%size] = v
	}
	transform := fft.NewReal(size)
	spectrum := make([]complex128, size/2+1)
	transform.Forward(spectrum, circle)
	peak := sinhc(pulseShape * pulseShape)
	for k := range spectrum {
		w := float64(math.Pi*kernel.Taps) * float64(k) / float64(size)
		gain := peak / sinhc(pulseShape*pulseShape-float64(w*w))
		spectrum[k] = complex(float64(real(spectrum[k])*gain), float64(imag(spectrum[k])*gain))
	}
	transform.Inverse(circle, spectrum)
	out := make([]float64, len(taps)+2*compensation)
	for j := range out {
		out[j] = circle[(j-compensation-zero+size)%size]
	}
	return out
}

// at returns the value at whole + phase/of, where x[0] is the value Taps/2-1 before whole.
func (u *pulse) at(x []float64, phase int64) float64 {
	if u.exact {
		return kernel.InterpolateOne(x, u.table[phase*kernel.Taps:])
	}
	row, rest := phase*gridRate/u.of, phase*gridRate%u.of
	w := lagrange(float64(rest) / float64(u.of))
	rows := u.table[row*kernel.Taps:]
	y := float64(w[0] * kernel.InterpolateOne(x, rows))
	for i := 1; i < 4; i++ {
		y = math.FMA(w[i], kernel.InterpolateOne(x, rows[i*kernel.Taps:]), y)
	}
	return y
}
