package dsp

import "math"

// A bank yields the coefficients of a resampler, of ratio up/down, for any output. The filter has center() samples on
// either side of its middle, at the rate of the input times up. An output at position p of the untrimmed transposed
// convolution of stride up takes the input frames first to last with
//
//	first = ceil((p - 2*center()) / up), last = floor(p / up)
type bank interface {
	center() int

	// coefficients returns those for frames first to last in ascending order. It may use scratch, of length span().
	coefficients(p int64, scratch []float64) []float64

	// span is the largest number of frames an output takes.
	span() int

	// filter returns the taps of Resampler.Filter, or nil.
	filter() []float64
}

// maxDirect is the largest number of coefficients kept as such, 8 MiB.
const maxDirect = 1 << 20

func newBank(s sinc, up, down int) bank {
	if 2*s.half*max(up, down) > maxDirect {
		return newInterpolatedBank(s, up, down)
	}
	return newDirectBank(s, up, down)
}

// A directBank holds every coefficient, sorted by phase.
type directBank struct {
	mid, up int
	phase   [][]float64 // [up][frames], each with the frames ascending
}

func newDirectBank(s sinc, up, down int) *directBank {
	h := s.sample(max(up, down), float64(up), 0)
	b := &directBank{mid: len(h) / 2, up: up, phase: make([][]float64, up)}
	store := make([]float64, len(h))
	for q := range b.phase {
		n := (len(h) - q + up - 1) / up
		b.phase[q], store = store[:n:n], store[n:]
		for a := range n {
			b.phase[q][n-1-a] = h[q+a*up]
		}
	}
	return b
}

func (b *directBank) center() int { return b.mid }
func (b *directBank) span() int   { return len(b.phase[0]) }
func (b *directBank) coefficients(p int64, _ []float64) []float64 {
	return b.phase[p%int64(b.up)]
}

// An interpolatedBank holds the filter at tableRate points per sample of the lower rate and interpolates between them by
// cubics (Lagrange, four points). With 512 points its error is below 3e-11 of the largest coefficient.
type interpolatedBank struct {
	mid, up, den int
	table        []float64 // value at table index i is h((i-2)/tableRate - half)
}

const tableRate = 512

func newInterpolatedBank(s sinc, up, down int) *interpolatedBank {
	den := max(up, down)
	// A cubic near the ends of the filter takes points beyond them.
	table := s.sample(tableRate, tableRate*float64(up)/float64(den), 3)
	return &interpolatedBank{mid: s.half*den - 1, up: up, den: den, table: table}
}

func (b *interpolatedBank) center() int { return b.mid }
func (b *interpolatedBank) span() int   { return 2*b.mid/b.up + 1 }

func (b *interpolatedBank) coefficients(p int64, scratch []float64) []float64 {
	up, den := int64(b.up), int64(b.den)
	reach := 2 * int64(b.mid)
	first := -floorDiv(reach-p, up)
	n := int(p/up - first + 1)
	// The filter position of frame i, from its left end, is p - i*up + 1 in units of 1/den.
	row, rest := (p-first*up+1)*tableRate/den, (p-first*up+1)*tableRate%den
	rowStep, restStep := up*tableRate/den, up*tableRate%den
	var w [4]float64
	weighed := int64(-1)
	for a := range n {
		if rest != weighed {
			w, weighed = lagrange(float64(rest)/float64(den)), rest
		}
		t := b.table[row+1 : row+5]
		c := float64(w[0] * t[0])
		c = math.FMA(w[1], t[1], c)
		c = math.FMA(w[2], t[2], c)
		scratch[a] = math.FMA(w[3], t[3], c)
		row, rest = row-rowStep, rest-restStep
		if rest < 0 {
			row, rest = row-1, rest+den
		}
	}
	return scratch[:n]
}

// lagrange returns the weights of the values at -1, 0, 1 and 2 for the cubic through them at x in [0, 1).
func lagrange(x float64) [4]float64 {
	a, b, c := x+1, x-1, x-2
	return [4]float64{float64(-x * b * c / 6), float64(a * b * c / 2), float64(-a * x * c / 2), float64(a * x * b / 6)}
}
