package verify

import (
	"fmt"
	"math"
	"math/bits"
)

// A Difference is how a stream of float32 frames, got, differs from another one, want. Any NaN equals any NaN; 0 and -0
// differ in one bit. The zero value has compared nothing.
type Difference struct {
	Channels int     // samples per frame
	Samples  int64   // compared; those that only one stream has included
	Bits     int64   // that differ; 32 for each sample that only one stream has
	Abs      float64 // largest absolute difference; +Inf if the lengths differ, NaN for a NaN against a number
	ULP      uint64  // largest difference in units of the last place; math.MaxUint64 if the lengths differ
	First    int64   // frame of the first difference, from 0; 0 if Bits is 0
	Missing  int64   // samples of want after the end of got
	Extra    int64   // samples of got after the end of want
}

// Compare compares two streams of frames, [frames, channels], whose lengths may differ. It panics if channels is less
// than 1.
func Compare(channels int, got, want []float32) Difference {
	if channels < 1 {
		panic(fmt.Sprintf("verify: compare frames of %d channels", channels))
	}
	d := Difference{Channels: channels}
	d.compare(got, want)
	return d
}

// compare appends samples to both streams.
func (d *Difference) compare(got, want []float32) {
	n := min(len(got), len(want))
	for i, x := range got[:n] {
		y := want[i]
		a, b := math.Float32bits(x), math.Float32bits(y)
		if a == b || x != x && y != y {
			d.Samples++
			continue
		}
		d.note(int64(bits.OnesCount32(a^b)), math.Abs(float64(x)-float64(y)), distance(a, b))
	}
	for range len(want) - n {
		d.Missing++
		d.note(32, math.Inf(1), math.MaxUint64)
	}
	for range len(got) - n {
		d.Extra++
		d.note(32, math.Inf(1), math.MaxUint64)
	}
}

// note counts a sample that differs.
func (d *Difference) note(bits int64, abs float64, ulp uint64) {
	if d.Bits == 0 {
		d.First = d.Samples / int64(d.Channels)
	}
	d.Samples++
	d.Bits += bits
	d.Abs = max(d.Abs, abs)
	d.ULP = max(d.ULP, ulp)
}

// distance returns how many float32 values lie between two, given as bits, counting one end.
func distance(a, b uint32) uint64 {
	order := func(v uint32) int64 {
		if v&(1<<31) != 0 {
			return -int64(v &^ (1 << 31))
		}
		return int64(v)
	}
	x := order(a) - order(b)
	return uint64(max(x, -x))
}

// Add adds another comparison of the same streams, such as that of another run: counts add up, distances are the
// largest of both, and First is the earliest frame of both. Channels becomes that of e if d is the zero value.
func (d *Difference) Add(e Difference) {
	if d.Channels == 0 {
		d.Channels = e.Channels
	}
	if e.Bits > 0 && (d.Bits == 0 || e.First < d.First) {
		d.First = e.First
	}
	d.Samples += e.Samples
	d.Bits += e.Bits
	d.Abs = max(d.Abs, e.Abs)
	d.ULP = max(d.ULP, e.ULP)
	d.Missing += e.Missing
	d.Extra += e.Extra
}

// Identical reports whether no bit differs. It is true if nothing was compared.
func (d Difference) Identical() bool { return d.Bits == 0 }

// String formats the difference for people, on one line: "identical", or "3 differing bits, by up to 1.19e-07 or 2 ulp,
// first in frame 7".
func (d Difference) String() string {
	if d.Identical() {
		return "identical"
	}
	s := fmt.Sprintf("%s, by up to %.3g or %d ulp, first in frame %d",
		count(d.Bits, "differing bit"), d.Abs, d.ULP, d.First)
	if d.Missing > 0 {
		s += ", " + count(d.Missing, "missing sample")
	}
	if d.Extra > 0 {
		s += ", " + count(d.Extra, "extra sample")
	}
	return s
}

// count formats a number with the plural of its unit.
func count(n int64, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
