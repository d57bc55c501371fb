// Package dsptest checks that a dsp.Processor keeps its contract: in a test by [Check], elsewhere by [Verify]. A
// [Contract] has what they need to know.
package dsptest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// A Streamer is [dsp.Processor] for either sample type.
type Streamer[T dsp.Float] interface {
	Shape() dsp.Shape
	OutFrames(n int64) int64
	Emitted(n int64) int64
	MaxOutFrames(n int) int
	Process(dst, src []T) []T
	Flush(dst []T) []T
	Reset()
}

// A Contract is a processor with what its results must equal. New, Reference and Frames are required. A [dsp.Processor]
// is a Streamer[float32].
type Contract[T dsp.Float] struct {
	// New returns a fresh processor; every call must return an equal one.
	New func() Streamer[T]

	// Reference computes the result for a whole input by other means. src is not empty.
	Reference func(src []T) []T

	// Frames is the length of the longest input tried: several times whatever the processor keeps, at least MinFrames.
	Frames int

	// AllLengths makes Check try every length of the input up to this one, besides some up to Frames. A processor that
	// lowers the rate and raises it again needs some periods of them.
	AllLengths int

	// Blocks are chunk lengths to try besides the usual ones: taps and strides, and their neighbours.
	Blocks []int

	// Waits says that samples are held back for longer than their last contributing frame: because the stream might end
	// before they do, as in a delay, or because the processor works in blocks.
	Waits bool
}

// Check runs the contract: any split gives the bits of Reference; src may be overwritten after the call; dst's contents
// stay; Shape, OutFrames, Emitted and MaxOutFrames are true; Flush happens once; Reset equals new, also in mid-stream;
// zeros of either sign, subnormals, infinities and NaN are treated as Reference does; misuse panics; one owner at a
// time runs the processor; nothing is allocated, however long the stream, and the Memory of a [dsp.Sizer] does not
// change.
func Check[T dsp.Float](t testing.TB, c Contract[T]) {
	t.Helper()
	check(t, c)
}

func check[T dsp.Float](t reporter, c Contract[T]) {
	t.Helper()
	p := c.New()
	shape := p.Shape()
	checkShape(t, shape)
	if least := max(3, minFrames(p), c.AllLengths); c.Frames < least {
		t.Fatalf("Frames of the Contract is %d: must be at least %d, for 3, MinFrames and AllLengths", c.Frames, least)
	}
	cin := shape.In
	src := Noise[T](1, c.Frames*cin)
	rng := rand.New(rand.NewPCG(3, 4))

	checkRestart(t, c, src)
	lengths := []int{0, 1, 2, 3, minFrames(p) - 1, minFrames(p), c.Frames / 3, c.Frames}
	for _, b := range c.Blocks {
		lengths = append(lengths, b-1, b)
	}
	for n := range c.AllLengths {
		lengths = append(lengths, n+1)
	}
	slices.Sort(lengths)
	for _, n := range slices.Compact(lengths) {
		if n < 0 || n > c.Frames || n > 0 && n < minFrames(p) {
			continue
		}
		x := src[:n*cin]
		var want []T
		if n > 0 {
			want = c.Reference(x)
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
	checkCounts(t, p, c.Frames)
	checkSettled(t, c, src)
	checkAllocs(t, c, src)
	checkGrowth(t, c, src)
}

// checkRestart expects that Process may follow Flush and Reset.
func checkRestart[T dsp.Float](t reporter, c Contract[T], src []T) {
	t.Helper()
	p := c.New()
	src = src[:minFrames(p)*p.Shape().In]
	dst := p.Flush(p.Process([]T{0}, src))
	p.Reset()
	if panics(func() { p.Process(dst[:1], src) }) {
		t.Fatal("Process after Flush and Reset panics: call Guard.Reset in Reset")
	}
}

// checkReset gives up a stream part of the way, without Flush, and expects a processor as new.
func checkReset[T dsp.Float](t reporter, c Contract[T], src []T) {
	t.Helper()
	p := c.New()
	cin := p.Shape().In
	want := c.Reference(src)
	for _, n := range []int{1, minFrames(p), c.Frames / 3, c.Frames} {
		p.Process(nil, src[:n*cin])
		p.Reset()
		got := p.Flush(p.Process(nil, src))
		if i := FirstDifference(got, want); i >= 0 {
			t.Fatalf("Reset in mid-stream, after %d frames, is not as new: %s", n, describe(got, want, i))
		}
		p.Reset()
	}
}

// checkSpecial is the comparison with Reference for special values.
func checkSpecial[T dsp.Float](t reporter, c Contract[T], rng *rand.Rand) {
	t.Helper()
	p := c.New()
	cin := p.Shape().In
	for seed := range uint64(3) {
		x := Special[T](seed, c.Frames*cin)
		want := c.Reference(x)
		short, long := RandomSplit(rng, c.Frames, 5), RandomSplit(rng, c.Frames, 1+c.Frames/4)
		for _, split := range [][]int{{c.Frames}, short, long} {
			p.Reset()
			got := run(t, p, x, split)
			if i := FirstDifference(got, want); i >= 0 {
				t.Fatalf("special values, %d frames in %d chunks: %s", c.Frames, len(split), describe(got, want, i))
			}
		}
	}
}

// checkMisuse expects panics from Process after Flush and from a src that ends inside a frame, and that a second owner
// is rejected.
func checkMisuse[T dsp.Float](t reporter, c Contract[T], src []T) {
	t.Helper()
	const cure = "embed a dsp.Guard and call BeginProcess and BeginFlush"
	p := c.New()
	cin := p.Shape().In
	if cin > 1 {
		for _, n := range []int{1, cin - 1, cin + 1} {
			if !panics(func() { p.Process(nil, src[:n]) }) {
				t.Errorf("Process of %d values, with %d per frame, does not panic: %s", n, cin, cure)
			}
			p = c.New()
		}
	}
	for _, n := range []int{0, 1} {
		p.Process(nil, src[:minFrames(p)*cin])
		p.Flush(nil)
		if !panics(func() { p.Process(nil, src[:n*cin]) }) {
			t.Errorf("Process of %d frames after Flush does not panic: %s", n, cure)
		}
		p.Reset()
	}
	owned, ok := p.(dsp.Owned)
	if !ok {
		t.Errorf("two pipelines can run the processor at once: embed a dsp.Guard")
		return
	}
	if err := owned.Acquire(); err != nil {
		t.Errorf("Acquire of a new processor fails: %v", err)
	}
	if err := owned.Acquire(); err == nil {
		t.Errorf("a second Acquire succeeds: embed a dsp.Guard")
	}
	p.Reset()
	if err := owned.Acquire(); err == nil {
		t.Errorf("Acquire succeeds after Reset: Reset must not release the processor")
	}
	owned.Release()
	if err := owned.Acquire(); err != nil {
		t.Errorf("Acquire after Release fails: %v", err)
	}
	owned.Release()
}

func panics(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}

// run feeds x to p in the given chunks, with the checks that hold at every call.
func run[T dsp.Float](t reporter, p Streamer[T], x []T, chunks []int) []T {
	t.Helper()
	cin, cout := p.Shape().In, p.Shape().Out
	nan := T(math.NaN())
	got := []T{nan, 42} // a prefix that must survive
	taken, most := 0, 0
	for _, n := range chunks {
		block := append([]T(nil), x[taken*cin:(taken+n)*cin]...)
		before := len(got)
		most = before + p.MaxOutFrames(n)*cout
		got = p.Process(got, block)
		taken += n
		for i := range block {
			block[i] = nan
		}
		if len(got) > most {
			t.Fatalf("Process of %d frames appended %d values, MaxOutFrames is %d frames",
				n, len(got)-before, p.MaxOutFrames(n))
		}
		if out, want := int64(len(got)-2), p.Emitted(int64(taken))*int64(cout); out != want {
			t.Fatalf("after %d frames Process has appended %d values, want Emitted(%d) = %d frames, %d values",
				taken, out, taken, p.Emitted(int64(taken)), want)
		}
	}
	got = p.Flush(got)
	if len(got) > most && len(chunks) > 0 {
		t.Fatalf("Flush went beyond MaxOutFrames")
	}
	if again := p.Flush(got); len(again) != len(got) {
		t.Fatalf("a second Flush appended %d values", len(again)-len(got))
	}
	if got[0] == got[0] || got[1] != 42 {
		t.Fatal("the contents of dst were overwritten")
	}
	got = got[2:]
	if want := p.OutFrames(int64(taken)) * int64(cout); int64(len(got)) != want {
		t.Fatalf("%d frames gave %d values, OutFrames promises %d", taken, len(got), want)
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

// minFrames returns MinFrames with its default.
func minFrames[T dsp.Float](p Streamer[T]) int { return max(1, p.Shape().MinFrames) }

// checkSettled compares Emitted with the number of frames that could be out, because no later frame reaches them. That
// is found by poisoning: from some frame on the input is NaN.
func checkSettled[T dsp.Float](t reporter, c Contract[T], src []T) {
	t.Helper()
	p := c.New()
	cin, cout := p.Shape().In, p.Shape().Out
	for _, n := range []int{c.Frames / 4, c.Frames / 3, c.Frames / 2, c.Frames/2 + 1} {
		if n < minFrames(p) {
			continue
		}
		x := append([]T(nil), src...)
		for i := n * cin; i < len(x); i++ {
			x[i] = T(math.NaN())
		}
		settled := int64(0)
		for _, v := range c.Reference(x) {
			if v != v {
				break
			}
			settled++
		}
		settled /= int64(cout)
		emitted := p.Emitted(int64(n))
		if emitted > settled {
			t.Errorf("after %d frames %d are out, but only %d do not depend on later frames", n, emitted, settled)
		}
		if emitted < settled && !c.Waits {
			t.Errorf("after %d frames %d are out, but %d do not depend on later frames: emit them, or set Waits",
				n, emitted, settled)
		}
	}
}

func describe[T dsp.Float](got, want []T, i int) string {
	if i >= len(got) || i >= len(want) {
		return fmt.Sprintf("%d values, want %d", len(got), len(want))
	}
	return fmt.Sprintf("value %d of %d is %x, want %x", i, len(want), got[i], want[i])
}
