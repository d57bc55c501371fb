// Package dsptest checks that a dsp.Processor keeps its contract.
package dsptest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// A Streamer is dsp.Processor for either sample type.
type Streamer[T dsp.Float] interface {
	Channels() (in, out int)
	Ratio() (up, down int)
	Frames(n int64) int64
	MaxOut(n int) int
	Process(dst, src []T) []T
	Flush(dst []T) []T
	Lag() int
	MinFrames() int
	Reset()
}

// A Contract is a processor with what its results must equal.
type Contract[T dsp.Float] struct {
	// New returns a fresh processor; every call must return an equal one.
	New func() Streamer[T]

	// OneShot computes the result for a whole input by other means. src is not empty.
	OneShot func(src []T) []T

	// Frames is the length of the longest input tried: several times whatever the processor keeps.
	Frames int

	// Blocks are chunk lengths to try besides the usual ones: taps and strides, and their neighbours.
	Blocks []int

	// Waits says that samples are held back for longer than their last contributing frame: because the stream might end
	// before they do, or because the processor works in blocks.
	Waits bool

	// LagRare says that the largest lag comes up only after more frames than are tried; the trace then may show one less.
	LagRare bool
}

// Check runs the contract: any split gives the bits of OneShot; src may be overwritten after the call; dst's contents
// stay; Frames, MaxOut, Lag and MinFrames are true; Flush happens once; Reset equals new, also in mid-stream; zeros of
// either sign, subnormals, infinities and NaN are treated as OneShot does; misuse panics; nothing is allocated.
func Check[T dsp.Float](t testing.TB, c Contract[T]) {
	t.Helper()
	p := c.New()
	cin, _ := p.Channels()
	up, down := p.Ratio()
	if cin < 1 || up < 1 || down < 1 || gcd(up, down) != 1 {
		t.Fatalf("input channels %d, ratio %d/%d: must be positive and in lowest terms", cin, up, down)
	}
	src := Noise[T](1, c.Frames*cin)
	rng := rand.New(rand.NewPCG(3, 4))

	lengths := []int{0, 1, 2, 3, p.MinFrames() - 1, p.MinFrames(), c.Frames / 3, c.Frames}
	for _, b := range c.Blocks {
		lengths = append(lengths, b-1, b)
	}
	for _, n := range lengths {
		if n < 0 || n > c.Frames || n > 0 && n < p.MinFrames() {
			continue
		}
		x := src[:n*cin]
		var want []T
		if n > 0 {
			want = c.OneShot(x)
		}
		for name, split := range splits(n, c.Blocks, rng) {
			p.Reset()
			got := run(t, p, x, split)
			if i := FirstDifference(got, want); i >= 0 {
				t.Fatalf("%d frames cut into %s: %s", n, name, describe(got, want, i))
			}
		}
		if got := run(t, c.New(), x, []int{n}); FirstDifference(got, want) >= 0 {
			t.Fatalf("%d frames: a new processor differs from a reset one", n)
		}
	}
	checkReset(t, c, src)
	checkSpecial(t, c, rng)
	checkMisuse(t, c, src)
	checkLag(t, c, src)
	checkAllocs(t, c, src)
}

// checkReset gives up a stream part of the way, without Flush, and expects a processor as new.
func checkReset[T dsp.Float](t testing.TB, c Contract[T], src []T) {
	t.Helper()
	p := c.New()
	cin, _ := p.Channels()
	want := c.OneShot(src)
	for _, n := range []int{1, p.MinFrames(), c.Frames / 3, c.Frames} {
		p.Process(nil, src[:n*cin])
		p.Reset()
		got := p.Flush(p.Process(nil, src))
		if i := FirstDifference(got, want); i >= 0 {
			t.Fatalf("Reset in mid-stream, after %d frames, is not as new: %s", n, describe(got, want, i))
		}
		p.Reset()
	}
}

// checkSpecial is the comparison with OneShot for special values.
func checkSpecial[T dsp.Float](t testing.TB, c Contract[T], rng *rand.Rand) {
	t.Helper()
	p := c.New()
	cin, _ := p.Channels()
	for seed := range uint64(3) {
		x := Special[T](seed, c.Frames*cin)
		want := c.OneShot(x)
		for _, split := range [][]int{{c.Frames}, RandomSplit(rng, c.Frames, 5), RandomSplit(rng, c.Frames, 1+c.Frames/4)} {
			p.Reset()
			got := run(t, p, x, split)
			if i := FirstDifference(got, want); i >= 0 {
				t.Fatalf("special values, %d frames in %d chunks: %s", c.Frames, len(split), describe(got, want, i))
			}
		}
	}
}

// checkMisuse expects panics from Process after Flush and from a src that ends inside a frame.
func checkMisuse[T dsp.Float](t testing.TB, c Contract[T], src []T) {
	t.Helper()
	p := c.New()
	cin, _ := p.Channels()
	if cin > 1 {
		for _, n := range []int{1, cin - 1, cin + 1} {
			if !panics(func() { p.Process(nil, src[:n]) }) {
				t.Errorf("Process of %d values, frames having %d, does not panic", n, cin)
			}
			p = c.New()
		}
	}
	for _, n := range []int{0, 1} {
		p.Process(nil, src[:p.MinFrames()*cin])
		p.Flush(nil)
		if !panics(func() { p.Process(nil, src[:n*cin]) }) {
			t.Errorf("Process of %d frames after Flush does not panic", n)
		}
		p.Reset()
	}
}

func panics(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}

// run feeds x to p in the given chunks, with the checks that hold at every call.
func run[T dsp.Float](t testing.TB, p Streamer[T], x []T, chunks []int) []T {
	t.Helper()
	cin, cout := p.Channels()
	up, down := p.Ratio()
	nan := T(math.NaN())
	got := []T{nan, 42} // a prefix that must survive
	taken, most := 0, 0
	for _, n := range chunks {
		block := append([]T(nil), x[taken*cin:(taken+n)*cin]...)
		before := len(got)
		most = before + p.MaxOut(n)*cout
		got = p.Process(got, block)
		taken += n
		for i := range block {
			block[i] = nan
		}
		if len(got) > most {
			t.Fatalf("Process of %d frames appended %d values, MaxOut is %d frames", n, len(got)-before, p.MaxOut(n))
		}
		if out, least := (len(got)-2)/cout, taken*up/down-p.Lag(); out < least {
			t.Fatalf("after %d frames %d are out: fewer than %d*%d/%d - Lag %d", taken, out, taken, up, down, p.Lag())
		}
	}
	got = p.Flush(got)
	if len(got) > most && len(chunks) > 0 {
		t.Fatalf("Flush went beyond MaxOut")
	}
	if again := p.Flush(got); len(again) != len(got) {
		t.Fatalf("a second Flush appended %d values", len(again)-len(got))
	}
	if got[0] == got[0] || got[1] != 42 {
		t.Fatal("the contents of dst were overwritten")
	}
	got = got[2:]
	if want := p.Frames(int64(taken)) * int64(cout); int64(len(got)) != want {
		t.Fatalf("%d frames gave %d values, Frames promises %d", taken, len(got), want)
	}
	return got
}

// splits yields ways to cut n frames.
func splits(n int, blocks []int, rng *rand.Rand) map[string][]int {
	m := map[string][]int{"one chunk": {n}}
	for _, b := range append([]int{1, 2, 3, 7, 31, 127, 251}, blocks...) {
		for _, b := range []int{b - 1, b, b + 1} {
			if b < 1 || b > n {
				continue
			}
			var s []int
			for left := n; left > 0; left -= b {
				s = append(s, min(b, left))
			}
			m[fmt.Sprintf("chunks of %d", b)] = s
		}
	}
	for r := range 6 {
		m[fmt.Sprintf("random chunks %d", r)] = RandomSplit(rng, n, 1+n/(1+rng.IntN(12)))
	}
	return m
}

// RandomSplit cuts n frames into chunks of 0 to most frames.
func RandomSplit(rng *rand.Rand, n, most int) []int {
	var s []int
	for n > 0 {
		c := min(n, rng.IntN(most+1))
		s, n = append(s, c), n-c
		if rng.IntN(8) == 0 {
			s = append(s, 0)
		}
	}
	return append(s, 0)
}

// checkLag compares Lag with two traces: how many frames are out after each frame, and how many could be, because no
// later frame reaches them. The second is found by poisoning: from some frame on the input is NaN.
func checkLag[T dsp.Float](t testing.TB, c Contract[T], src []T) {
	t.Helper()
	p := c.New()
	cin, cout := p.Channels()
	up, down := p.Ratio()
	held, out := 0, []T(nil)
	emitted := make([]int, c.Frames+1)
	for n := 1; n <= c.Frames; n++ {
		out = p.Process(out, src[(n-1)*cin:n*cin])
		emitted[n] = len(out) / cout
		held = max(held, n*up/down-emitted[n])
	}
	if held != p.Lag() && !(c.LagRare && held == p.Lag()-1) {
		t.Errorf("Lag is %d, but at most %d frames were held back over %d frames", p.Lag(), held, c.Frames)
	}
	for _, n := range []int{c.Frames / 4, c.Frames / 3, c.Frames / 2, c.Frames/2 + 1} {
		if n < p.MinFrames() {
			continue
		}
		x := append([]T(nil), src...)
		for i := n * cin; i < len(x); i++ {
			x[i] = T(math.NaN())
		}
		settled := 0
		for _, v := range c.OneShot(x) {
			if v != v {
				break
			}
			settled++
		}
		settled /= cout
		if emitted[n] > settled {
			t.Errorf("after %d frames %d are out, but only %d do not depend on later frames", n, emitted[n], settled)
		}
		if emitted[n] < settled && !c.Waits {
			t.Errorf("after %d frames %d are out, but %d do not depend on later frames", n, emitted[n], settled)
		}
	}
}

func checkAllocs[T dsp.Float](t testing.TB, c Contract[T], src []T) {
	t.Helper()
	p := c.New()
	cin, cout := p.Channels()
	n := min(c.Frames, 64)
	dst := make([]T, 0, p.MaxOut(n)*cout)
	if a := testing.AllocsPerRun(20, func() {
		p.Process(dst, src[:n*cin])
		p.Process(dst, src[:cin])
		p.Flush(dst)
		p.Reset()
	}); a != 0 {
		t.Errorf("%v allocations per run of Process, Flush and Reset", a)
	}
}

// Noise returns n seeded values in [-1, 1).
func Noise[T dsp.Float](seed uint64, n int) []T {
	rng := rand.New(rand.NewPCG(seed, 0))
	x := make([]T, n)
	for i := range x {
		x[i] = T(2*rng.Float64() - 1)
	}
	return x
}

// Special returns n seeded values that arithmetic treats in ways of its own. The first third are zeros of either sign and
// values that underflow, the second has large and ordinary values too, the last also infinities and NaN, about one in 16.
func Special[T dsp.Float](seed uint64, n int) []T {
	smallest := T(math.SmallestNonzeroFloat32)
	if v := smallest / 2; v != 0 { // T is float64
		smallest = T(math.Ldexp(1, -1074))
	}
	magnitudes := []T{0, 0, smallest, smallest, smallest, 1e-30, 3e38, 1}
	rng := rand.New(rand.NewPCG(seed, 1))
	x := make([]T, n)
	for i := range x {
		v := magnitudes[rng.IntN(5)]
		if i >= n/3 {
			v = magnitudes[rng.IntN(len(magnitudes))]
		} else if rng.IntN(32) == 0 {
			v = 1e-30
		}
		if v == 1 {
			v = T(rng.Float64())
		}
		if i >= n/3*2 && rng.IntN(16) == 0 {
			v = T(math.Inf(1))
			if rng.IntN(3) == 0 {
				v = T(math.NaN())
			}
		}
		if rng.IntN(2) == 0 {
			v = T(math.Copysign(float64(v), -1))
		}
		x[i] = v
	}
	return x
}

// FirstDifference returns the first index at which a and b differ in their bits, any NaN being equal to any NaN; the
// shorter length if one is a prefix of the other; -1 if they are equal.
func FirstDifference[T dsp.Float](a, b []T) int {
	for i := range min(len(a), len(b)) {
		x, y := float64(a[i]), float64(b[i])
		if math.Float64bits(x) != math.Float64bits(y) && !(x != x && y != y) {
			return i
		}
	}
	if len(a) != len(b) {
		return min(len(a), len(b))
	}
	return -1
}

func describe[T dsp.Float](got, want []T, i int) string {
	if i >= len(got) || i >= len(want) {
		return fmt.Sprintf("%d values, want %d", len(got), len(want))
	}
	return fmt.Sprintf("value %d of %d is %x, want %x", i, len(want), got[i], want[i])
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
