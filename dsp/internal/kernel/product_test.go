package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// A productCase is a Product with everything in guarded slices.
type productCase struct {
	Product[float32]
	cols    int
	weights []float32 // [taps*channels, cols]
	bias    []float32
	intact  []func() bool
}

// newProductCase makes a case whose slices end directly after the last element used and begin offset cells into an
// array. If special is set, about one value in thirty is from specials.
func newProductCase(rng *rand.Rand, m Product[float32], cols, offset int, special bool) *productCase {
	c := &productCase{Product: m, cols: cols}
	slice := func(n, offset int) []float32 {
		s, intact := guarded[float32](rng, n, offset)
		c.intact = append(c.intact, intact)
		for i := range s {
			if special && rng.IntN(30) == 0 {
				s[i] = specials[rng.IntN(len(specials))]
			}
		}
		return s
	}
	accs, xs := 0, 0
	if m.Rows > 0 {
		accs, xs = (m.Rows-1)*m.AccRow+cols, (m.Rows-1)*m.XRow+(m.Taps-1)*m.XTap+m.Channels
	}
	c.Acc, c.X = slice(accs, offset), slice(xs, 8-offset)
	c.weights = slice(m.Taps*m.Channels*cols, offset/2)
	if rng.IntN(2) == 0 {
		c.bias = slice(cols, (offset+3)%9)
	}
	return c
}

var specials = []float32{
	0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
	math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 0x1p-127, 0x1p-75, -0x1p-75, math.MaxFloat32,
}

func (c *productCase) at(r, col int) float32 { return c.weights[r*c.cols+col] }

// want runs the loop in the documentation of Panels.Mul for the columns from first to end-1.
func (c *productCase) want(first, end int) []float32 {
	want := append([]float32(nil), c.Acc...)
	for r := range c.Rows {
		for col := first; col < end; col++ {
			var acc float32
			if c.Accumulate {
				acc = want[r*c.AccRow+col]
			}
			for t := range c.Taps {
				for k := range c.Channels {
					acc = FMA32(c.X[r*c.XRow+t*c.XTap+k], c.at(t*c.Channels+k, col), acc)
				}
			}
			if c.bias != nil {
				acc += c.bias[col]
			}
			want[r*c.AccRow+col] = acc
		}
	}
	return want
}

// check reports the first wrong element, and each slice with a write beyond its ends.
func (c *productCase) check(t *testing.T, name string, want []float32) {
	t.Helper()
	for i := range want {
		if !alike(c.Acc[i], want[i]) {
			t.Errorf("%s: row %d, column %d: got %x, want %x", name, i/c.AccRow, i%c.AccRow, c.Acc[i], want[i])
			break
		}
	}
	for i, intact := range c.intact {
		if !intact() {
			t.Errorf("%s: outside of the %s: got numbers, want the guards, which are NaN", name, productSlices[i])
		}
	}
}

// productSlices names the slices of a productCase, and of those that use scratch, in the order in which they are made.
var productSlices = []string{"accumulators", "samples", "weights", "bias or scratch", "scratch"}

// TestPanels compares every level with the loop, for all heights and widths of tiles with all remainders, at every
// alignment.
func TestPanels(t *testing.T) {
	widths := []int{1, 3, 7, 8, 9, 15, 16, 17, 24, 25, 32, 33, 40, 47, 48, 49, 64, 65, 96, 100}
	heights := []int{47, 48, 49, 72, 77} // several of the highest tiles
	for rows := range 40 {
		if !testing.Short() || rows <= 14 || rows%6 <= 1 {
			heights = append(heights, rows)
		}
	}
	for _, l := range Levels() {
		for _, rows := range heights {
			t.Run(fmt.Sprintf("%v/%d rows", l, rows), func(t *testing.T) {
				rng := seeded(t)
				for i, cols := range widths {
					if rows < 40 || cols == 8 || cols == 16 {
						checkPanels(t, rng, l, rows, cols, rows*len(widths)+i)
					}
				}
			})
		}
		t.Run(fmt.Sprintf("%v/all widths", l), func(t *testing.T) {
			rng := seeded(t)
			for cols := 1; cols <= 220; cols++ {
				checkPanels(t, rng, l, 1+rng.IntN(9), cols, cols)
			}
		})
	}
}

// checkPanels compares a random product with the loop. The round chooses the alignment, whether special values occur,
// and whether all panels are computed.
func checkPanels(t *testing.T, rng *rand.Rand, l Level, rows, cols, round int) {
	t.Helper()
	m := Product[float32]{Rows: rows, Taps: 1 + rng.IntN(3), Channels: 1 + rng.IntN(11), Accumulate: rng.IntN(2) == 0}
	m.AccRow, m.XRow, m.XTap = cols+rng.IntN(3), 1+rng.IntN(2*m.Channels), rng.IntN(3*m.Channels)
	c := newProductCase(rng, m, cols, round%9, round%4 == 0)
	p := Pack(l, m.Taps*m.Channels, cols, c.at, c.bias)
	first := rng.IntN(p.Count())
	end := first + 1 + rng.IntN(p.Count()-first)
	if round%3 > 0 {
		first, end = 0, p.Count()
	}
	want := c.want(first*p.lanes, min(end*p.lanes, cols))
	p.Mul(c.Product, first, end)
	c.check(t, fmt.Sprintf("%d columns, panels %d to %d, %+v", cols, first, end, geometry(m)), want)
}

// geometry returns m without its slices, for messages.
func geometry(m Product[float32]) Product[float32] {
	m.Acc, m.X = nil, nil
	return m
}

// TestPlanes compares every level with the loop, for all numbers of columns, and rows around whole vectors and blocks.
func TestPlanes(t *testing.T) {
	heights := []int{95, 96, 97, planeBlock - 1, planeBlock, planeBlock + 1, 2*planeBlock + 25}
	for rows := range 50 {
		if !testing.Short() || rows%8 <= 1 {
			heights = append(heights, rows)
		}
	}
	for _, l := range Levels() {
		for _, rows := range heights {
			t.Run(fmt.Sprintf("%v/%d rows", l, rows), func(t *testing.T) {
				rng := seeded(t)
				for cols := 1; cols <= MaxPlanes; cols++ {
					round := rows*MaxPlanes + cols
					m := Product[float32]{Rows: rows, Taps: 1 + rng.IntN(4), Channels: 1 + rng.IntN(19)}
					dilation := 1 + rng.IntN(5)
					m.AccRow, m.XRow = cols+rng.IntN(2), m.Channels+rng.IntN(3)
					m.XTap = dilation * m.XRow
					c := newProductCase(rng, m, cols, round%9, round%4 == 0)
					p := PackPlanes(l, m.Taps, m.Channels, cols, c.at, c.bias)
					scratch, intact := guarded[float32](rng, p.Scratch(dilation), round%9)
					c.intact = append(c.intact, intact)
					want := c.want(0, cols)
					p.Mul(c.Product, scratch)
					c.check(t, fmt.Sprintf("%d columns, dilation %d, %+v", cols, dilation, geometry(m)), want)
				}
			})
		}
	}
}

// TestProductMisuse: what does not fit panics. It is a programming error, not an access outside the slices.
func TestProductMisuse(t *testing.T) {
	one := func(r, c int) float32 { return 1 }
	for _, l := range Levels() {
		p := Pack(l, 6, 9, one, nil)
		q := PackPlanes(l, 2, 3, 5, one, nil)
		w := PackDepthwise(l, 2, 3, make([]float32, 6), nil)
		scratch := make([]float32, q.Scratch(1))
		good := Product[float32]{
			Acc: make([]float32, 4*9), X: make([]float32, 5*3), Rows: 4, AccRow: 9, XRow: 3, Taps: 2, XTap: 3, Channels: 3,
		}
		mul := map[string]func(m Product[float32]){
			"panels":    func(m Product[float32]) { p.Mul(m, 0, p.Count()) },
			"planes":    func(m Product[float32]) { q.Mul(m, scratch) },
			"depthwise": func(m Product[float32]) { w.Mul(m, 0, 0, w.Count()) },
		}
		for kind, mul := range mul {
			t.Run(fmt.Sprintf("%v/%s/what fits", l, kind), func(t *testing.T) {
				if panics(func() { mul(good) }) {
					t.Errorf("%+v: got a panic, want none", geometry(good))
				}
			})
			for name, spoil := range map[string]func(m *Product[float32]){
				"channels":          func(m *Product[float32]) { m.Channels = 2 },
				"no taps":           func(m *Product[float32]) { m.Taps = 0 },
				"short x":           func(m *Product[float32]) { m.X = m.X[:14] },
				"short accumulator": func(m *Product[float32]) { m.Acc = m.Acc[:3*9+2] },
				"rows":              func(m *Product[float32]) { m.Rows = 5 },
				"negative rows":     func(m *Product[float32]) { m.Rows = -1 },
				"backward":          func(m *Product[float32]) { m.AccRow = -9 },
				"backward x":        func(m *Product[float32]) { m.XRow, m.XTap = -3, -3 },
				"overlapping":       func(m *Product[float32]) { m.AccRow = 2 },
			} {
				t.Run(fmt.Sprintf("%v/%s/%s", l, kind, name), func(t *testing.T) {
					bad := good
					spoil(&bad)
					if !panics(func() { mul(bad) }) {
						t.Errorf("%+v with %d sums and %d samples: got no panic, want one", geometry(bad), len(bad.Acc), len(bad.X))
					}
				})
			}
		}
		calls := map[string]func(){
			"panels beyond the last":  func() { p.Mul(good, 0, p.Count()+1) },
			"panels before the first": func() { p.Mul(good, -1, 1) },
			"vectors beyond the last": func() { w.Mul(good, 0, 0, w.Count()+1) },
			"taps beyond the last":    func() { w.Mul(good, 1, 0, 1) },
		}
		if l != Generic { // which uses no scratch
			calls["planes without scratch"] = func() { q.Mul(good, scratch[:1]) }
		}
		for name, f := range calls {
			t.Run(fmt.Sprintf("%v/%s", l, name), func(t *testing.T) {
				if !panics(f) {
					t.Error("got no panic, want one")
				}
			})
		}
	}
}

// TestProductRounding has the sums that only one rounding gets right, in every kernel.
func TestProductRounding(t *testing.T) {
	e := func(x int) float32 { return float32(math.Ldexp(1, x)) }
	subnormal := math.Float32frombits(0x00200001)
	for _, c := range []struct {
		name            string
		x, w, acc, want float32
	}{
		{"normal", e(-24) * (1 + e(-23)), 1 - e(-23), 1 + e(-23), 1 + e(-23)},
		{"subnormal", e(-75) * (1 + e(-23)), e(-75) * (1 - e(-23)), subnormal, subnormal},
	} {
		for _, l := range Levels() {
			for _, rows := range []int{1, 7, 25} {
				t.Run(fmt.Sprintf("%s/%v/%d rows", c.name, l, rows), func(t *testing.T) {
					// Two terms: the first puts the accumulator where the second is hard. A factor of 1 leaves it
					// exact.
					m := Product[float32]{Rows: rows, AccRow: 5, XRow: 2, Taps: 1, XTap: 2, Channels: 2}
					for range rows {
						m.X = append(m.X, c.acc, c.x)
					}
					m.Acc = make([]float32, 5*rows)
					at := func(r, _ int) float32 { return []float32{1, c.w}[r] }
					p := Pack(l, 2, 5, at, nil)
					p.Mul(m, 0, p.Count())
					q := PackPlanes(l, 1, 2, 5, at, nil)
					planes := m
					planes.Acc = make([]float32, 5*rows)
					q.Mul(planes, make([]float32, q.Scratch(1)))
					w := PackDepthwise(l, 2, 1, []float32{1, c.w}, nil)
					depthwise := Product[float32]{
						Acc: make([]float32, rows), X: m.X, Rows: rows, AccRow: 1, XRow: 2, Taps: 2, XTap: 1, Channels: 1,
					}
					w.Mul(depthwise, 0, 0, 1)
					for kind, acc := range map[string][]float32{
						"panels": m.Acc, "planes": planes.Acc, "depthwise": depthwise.Acc,
					} {
						for i, got := range acc {
							if got != c.want {
								t.Errorf("%s: element %d: got %x, want %x", kind, i, got, c.want)
								break
							}
						}
					}
				})
			}
		}
	}
}

// TestProductAllocations: computing allocates nothing at any level.
func TestProductAllocations(t *testing.T) {
	one := func(r, c int) float32 { return 1 }
	for _, l := range Levels() {
		t.Run(l.String(), func(t *testing.T) {
			p, q := Pack(l, 12, 33, one, nil), PackPlanes(l, 3, 4, 5, one, nil)
			m := Product[float32]{
				Acc: make([]float32, 20*33), X: make([]float32, 22*4), Rows: 20, AccRow: 33, XRow: 4, Taps: 3, XTap: 4, Channels: 4,
			}
			scratch := make([]float32, q.Scratch(1))
			if n := testing.AllocsPerRun(10, func() { p.Mul(m, 0, p.Count()); q.Mul(m, scratch) }); n > 0 {
				t.Errorf("got %v allocations, want 0", n)
			}
		})
	}
}

// TestDepthwise compares every level with the loop, for all remainders of rows and channels.
func TestDepthwise(t *testing.T) {
	widths := []int{1, 2, 7, 8, 9, 15, 16, 17, 23, 24, 25, 40}
	for _, l := range Levels() {
		for rows := range 26 {
			t.Run(fmt.Sprintf("%v/%d rows", l, rows), func(t *testing.T) {
				rng := seeded(t)
				for i, channels := range widths {
					checkDepthwise(t, rng, l, rows, channels, rows*len(widths)+i)
				}
			})
		}
	}
}

// checkDepthwise compares a random product with the loop in the documentation of Depthwise.Mul. The round chooses the
// alignment, and whether special values occur.
func checkDepthwise(t *testing.T, rng *rand.Rand, l Level, rows, channels, round int) {
	t.Helper()
	taps := 1 + rng.IntN(5)
	tap := rng.IntN(taps)
	first := rng.IntN((channels + 7) / 8)
	end := first + rng.IntN((channels+7)/8-first+1)
	m := Product[float32]{Rows: rows, Taps: taps - tap, Channels: channels, Accumulate: rng.IntN(2) == 0}
	m.AccRow, m.XRow, m.XTap = channels+rng.IntN(3), rng.IntN(2*channels), rng.IntN(3*channels)
	c := newProductCase(rng, m, channels, round%9, round%4 == 0)
	w := make([]float32, taps*channels)
	for i := range w {
		w[i] = rng.Float32() - 0.5
	}
	want := append([]float32(nil), c.Acc...)
	for r := range rows {
		for k := 8 * first; k < min(8*end, channels); k++ {
			acc := &want[r*m.AccRow+k]
			if !m.Accumulate {
				*acc = 0
			}
			for j := range m.Taps {
				*acc = FMA32(c.X[r*m.XRow+j*m.XTap+k], w[(tap+j)*channels+k], *acc)
			}
			if c.bias != nil {
				*acc += c.bias[k]
			}
		}
	}
	PackDepthwise(l, taps, channels, w, c.bias).Mul(c.Product, tap, first, end)
	c.check(t, fmt.Sprintf("taps from %d, vectors %d to %d, %+v", tap, first, end, geometry(m)), want)
}
