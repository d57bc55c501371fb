package dsptest

import (
	"math"
	"slices"

	"github.com/tailwave/tailwave/dsp"
)

// checkSettled compares Emitted with the number of output frames that no later input frame reaches. It finds this
// number by poisoning: the input is NaN from some frame on, and the frames before the first NaN in the output of
// Reference are those that the NaN does not reach.
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
