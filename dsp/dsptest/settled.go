package dsptest

import (
	"math"
	"slices"

	"github.com/tailwave/tailwave/dsp"
)

// checkSettled compares Emitted with the number of output frames that no later input frame reaches. That number is
// found by poisoning: from some frame on the input is NaN.
func checkSettled[T dsp.Float](t reporter, c Contract[T], src []T) {
	t.Helper()
	p := c.create(t)
	cin, cout := p.Shape().In, p.Shape().Out
	for _, n := range []int{c.Frames / 4, c.Frames / 3, c.Frames / 2, c.Frames/2 + 1} {
		if n < minFrames(p) {
			continue
		}
		x := slices.Clone(src)
		for i := n * cin; i < len(x); i++ {
			x[i] = T(math.NaN())
		}
		settled := int64(0)
		for _, v := range c.reference(x) {
			if v != v {
				break
			}
			settled++
		}
		settled /= int64(cout)
		emitted := p.Emitted(int64(n))
		if emitted > settled {
			t.Errorf("Emitted(%d) is %d, but only %s of the Reference do not depend on later input",
				n, emitted, count(settled, "output frame"))
			return
		}
		if emitted < settled && !c.Waits {
			t.Errorf("Emitted(%d) is %d, but %s of the Reference do not depend on later input: emit them, or set Waits",
				n, emitted, count(settled, "output frame"))
			return
		}
	}
}
