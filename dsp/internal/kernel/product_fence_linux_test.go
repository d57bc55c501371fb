package kernel

import (
	"math/rand/v2"
	"testing"
)

// TestProductFence has samples and accumulators that end, or begin, at a protected page. An access outside of them
// kills the process.
func TestProductFence(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 0))
	accs, xs := fencedPage(t), fencedPage(t)
	one := func(r, c int) float32 { return 1 }
	for range 20000 {
		level := Levels()[rng.IntN(len(Levels()))]
		m := Product[float32]{Rows: 1 + rng.IntN(14), Taps: 1 + rng.IntN(3), Channels: 1 + rng.IntN(18)}
		m.Accumulate = rng.IntN(2) == 0
		cols := 1 + rng.IntN(60)
		few := 1 + rng.IntN(MaxPlanes)
		m.AccRow, m.XRow, m.XTap = max(cols, few, m.Channels), m.Channels, rng.IntN(2)*m.Channels
		// place returns n values at one end of a page.
		place := func(page []float32, n int) []float32 {
			if rng.IntN(2) == 0 {
				return page[:n:n]
			}
			return page[len(page)-n:]
		}
		m.X = place(xs, (m.Rows-1)*m.XRow+(m.Taps-1)*m.XTap+m.Channels)
		m.Acc = place(accs, (m.Rows-1)*m.AccRow+cols)
		p := Pack(level, m.Taps*m.Channels, cols, one, make([]float32, cols))
		p.Mul(m, 0, p.Count())

		m.Acc = place(accs, (m.Rows-1)*m.AccRow+m.Channels)
		w := PackDepthwise(level, m.Taps, m.Channels, make([]float32, m.Taps*m.Channels), nil)
		w.Mul(m, 0, 0, w.Count())

		m.Acc, m.Accumulate = place(accs, (m.Rows-1)*m.AccRow+few), false
		q := PackPlanes(level, m.Taps, m.Channels, few, one, nil)
		q.Mul(m, make([]float32, q.Scratch(m.XTap/m.XRow)))
	}
}
