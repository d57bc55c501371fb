package resample

import (
	"math/bits"

	"github.com/tailwave/tailwave/dsp/internal/fft"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// A geometry is the size and the position of the blocks of a blockPlan. phases and values have no common divisor.
// So the times of input frames and of intermediate values are on a grid of phases*values points per base frame. Input
// frames are values points apart, and intermediate values are phases points apart.
type geometry struct {
	phases int // input frames in a base frame
	values int // intermediate values in a base frame
	length int // base frames of a transform, a power of two
	used   int // base frames that a block depends on; zeros fill the transform
	hop    int // base frames from one block to the next
	before int // base frames of a block before those whose values it computes
	taps   int // input frames that an intermediate value depends on

	interpolated bool // whether output frames are between intermediate values
}

// steps returns the distance of output frames in the intermediate stream, as a fraction in lowest terms.
func (g geometry) steps(up, down int) (step, den int64) {
	return ratio.Reduce(int64(down)*int64(g.values), int64(up)*int64(g.phases))
}

// Bounds of the search for a geometry: more phases or values need more products of transforms with filters than the
// shorter transforms save.
const (
	maxPhases = 24
	maxValues = 4
)

// choose returns the geometry that computes blocks in the shortest time, among those whose latency is not too long. ok
// is false if the filter is too long for maxBlock.
func choose(d design, up, down, inRate int) (best geometry, ok bool) {
	longest := longestBlock(d, up, down, inRate)
	if longest > maxBlock {
		return best, false
	}
	least := 0.0
	for phases := 1; phases <= maxPhases; phases++ {
		for values := 1; values <= maxValues; values++ {
			g := geometry{phases: phases, values: values}
			step, den := g.steps(up, down)
			if ratio.GCD(phases, values) > 1 || den == 1 && step > 1 || den > 1 && values*max(up, down) < 2*phases*up {
				continue // values that no output needs, or too few to interpolate
			}
			g.interpolated = den > 1
			side := d.side(up, down, values)
			for g.length = fft.MinBlock; g.length*phases <= max(longest, fft.MinBlock); g.length *= 2 {
				if !g.place(side, side) {
					continue
				}
				if cost := g.cost(float64(step) / float64(den)); !ok || cost < least {
					best, least, ok = g, cost, true
				}
			}
		}
	}
	return best, ok
}

// place sets the fields that follow from the length of blocks, and reports whether a block has results. zero and last
// are the numbers of taps before and after the tap for time 0, at the points of the grid.
func (g *geometry) place(zero, last int) bool {
	if g.interpolated {
		zero, last = zero+compensation*g.phases, last+compensation*g.phases
	}
	// The last tap reaches farthest from phase phases-1 to value 0, and the first from phase 0 to value values-1. A
	// block begins one base frame earlier than the last tap needs, which lowers the latency by that frame.
	g.taps = (zero+last)/g.values + 1
	points := g.phases * g.values
	before := (last+(g.phases-1)*g.values)/points + 1
	after := (zero + (g.values-1)*g.phases) / points
	g.used = g.length
	g.hop = (g.used - before - after) &^ 3 // a multiple of 4 for short loops
	g.before = g.used - g.hop - after
	return g.hop > 0
}

// cost returns the approximate time for one input frame, in a unit that is the same for all geometries of a pair of
// rates: that of the transforms, of the products with filters, and of the copies around them. step is the distance of
// output frames in intermediate values.
func (g geometry) cost(step float64) float64 {
	transform := g.length * (8 + bits.Len(uint(g.length)))
	product := 4 * g.length
	block := (g.phases+g.values)*transform + g.phases*g.values*product
	output := 10 * g.values
	if g.interpolated {
		output = 54 * g.values
	}
	return float64(block)/float64(g.hop*g.phases) + float64(output)/float64(float64(g.phases)*step)
}

// longestBlock returns the number of input frames of the longest block. In a block of this length, more than half of
// the frames yield results; the others overlap the next block. If such a block would be longer than a tenth of a second
// or than maxBlock, a third of the frames is enough.
func longestBlock(d design, up, down, inRate int) int {
	span := 2*d.sinc.Half*max(up, down)/up + 2
	n := 256
	for n < 2*span+span/2 {
		n *= 2
	}
	for n > 256 && n/2 >= span+span/2 && n > min(inRate/10, maxBlock) {
		n /= 2
	}
	return n
}
