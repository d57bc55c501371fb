package verify

import (
	"fmt"
	"math"
	"math/bits"
)

// A Difference says how one stream of float32 frames, got, differs from another one, want. Any NaN equals any NaN; 0
// and -0 differ in one bit. The zero value is the result before any comparison.
type Difference struct {
	Channels int     // samples per frame
	Samples  int64   // samples compared, including those that only one stream has
	Bits     int64   // bits that differ; 32 for each sample that only one stream has
	Abs      float64 // largest absolute difference; +Inf if the lengths differ, NaN if a NaN was compared with a number
	ULP      uint64  // largest difference in units in the last place; math.MaxUint64 if the lengths differ
	First    int64   // frame of the first difference, from 0; 0 if Bits is 0
	Missing  int64   // samples of want after the end of got
	Extra    int64   // samples of got after the end of want
}

// Compare compares two streams, [frames, channels], whose lengths may differ. It panics if channels is less than 1.
func Compare(channels int, got, want []float32) Difference {
	if channels < 1 {
		panic(fmt.Sprintf("verify: compare frames of %d channels", channels))
	}
	d := Difference{Channels: channels}
	d.compare(got, want)
	return d
}

// compare compares the next samples of both streams. The lengths may differ only at the end of the streams.
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

// distance returns the number of steps from one float32 value to the next that lead from a to b, both as bits.
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

// Add adds the result of another comparison with the same stream, such as that of another run. Counts are added, Abs
// and ULP are the larger of both, and First is the earlier. If d is the zero value, Channels becomes that of e.
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

// Identical reports whether no bit differs. It is true for the zero value.
func (d Difference) Identical() bool { return d.Bits == 0 }

// String formats the difference for people, on one line: "identical", or "3 differing bits, by up to 1.19e-07 or 2 ulp,
// first in frame 7", followed by the numbers of missing and extra samples, if any.
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

// count formats a number with its unit, in the plural unless the number is 1.
func count(n int64, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
