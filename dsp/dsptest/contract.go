package dsptest

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// A Streamer is a [dsp.Processor] with samples of type T. Every dsp.Processor is a Streamer[float32].
type Streamer[T dsp.Float] interface {
	Shape() dsp.Shape
	OutFrames(n int64) int64
	Emitted(n int64) int64
	MaxOutFrames(n int) int
	Process(dst, src []T) []T
	Flush(dst []T) []T
	Reset()
}

// A Contract says how to create a processor and what its output must be. New, Reference and Frames are required.
type Contract[T dsp.Float] struct {
	// New returns a new processor at every call, with the same parameters each time. The function [New] makes it from a
	// constructor that returns an error.
	New func() Streamer[T]

	// Reference returns the output for the whole input src, which is not empty. It may change src. It must compute the
	// output independently of the processor, but with the same terms in the same order. If the processor adds a state
	// of +0 to its first frame, Reference must add it too, because -0 + 0 is +0.
	Reference func(src []T) []T

	// Frames is the length of the longest input to try. It must be at least 3, MinFrames of the Shape, and AllLengths.
	// Choose several times the number of frames that the processor holds: with a shorter input Check cannot reach the
	// faults of the held frames, and reports success.
	Frames int

	// AllLengths makes Check try every length of the input up to this one, in addition to a few up to Frames. For a
	// processor that lowers the rate and raises it again, set a few times the Period of its Shape.
	AllLengths int

	// Blocks are lengths, in frames, at which the processor changes its behaviour, such as the number of its taps, its
	// stride, or the block in which it works. In addition to its own lengths Check tries chunks of these lengths, of
	// one frame less and of one frame more.
	Blocks []int

	// Waits permits the processor to emit frames later than necessary. Without it, Check reports output frames that
	// depend on no later input frame and that Process has not appended yet. Processors that work in blocks need Waits.
	// A delay of 3 frames needs it too: output frame k is input frame k-3, but is emitted only with input frame k. An
	// echo does not need it: output frame k is the sum of input frames k and k-3, so it cannot be emitted before input
	// frame k has arrived.
	Waits bool
}

// New returns the New of a [Contract] for a constructor, such as your own NewFilter:
//
//	dsptest.Contract[float32]{
//		New: dsptest.New(func() (*Filter, error) { return NewFilter(440, 2) }),
//		...
//
// [Check] and [Verify] report an error of the constructor.
func New[P Streamer[T], T dsp.Float](create func() (P, error)) func() Streamer[T] {
	return func() Streamer[T] {
		p, err := create()
		if err != nil {
			return failed[T]{err: err}
		}
		return p
	}
}

// failed replaces a processor whose constructor failed.
type failed[T dsp.Float] struct {
	Streamer[T]
	err error
}

// Check reports a test error for every promise of [dsp.Processor] that the processor breaks:
//
//   - Every call of New returns a different processor, and all processors have the same output.
//   - After Reset, in mid-stream or after Flush, the processor is as new.
//   - The output has the bits of Reference, for every way to cut the input into chunks. Any NaN equals any NaN. The
//     input consists of ordinary values, the first frames of [Noise] with seed 1, and then of the values of [Special],
//     with the seed that the message reports.
//   - Process does not change src, and does not read it after the call.
//   - Process and Flush append to dst and keep its contents. A second Flush appends nothing.
//   - Flush appends nothing to a stream of fewer frames than MinFrames.
//   - Shape, OutFrames, Emitted and MaxOutFrames agree with the output.
//   - Process panics after Flush, and for a src that is not a whole number of frames. A second owner is rejected.
//   - Process, Flush and Reset do not allocate, for any length of the stream, and the Memory of a [dsp.Sizer] does not
//     change.
func Check[T dsp.Float](t testing.TB, c Contract[T]) {
	t.Helper()
	check(t, c)
}

func check[T dsp.Float](t reporter, c Contract[T]) {
	t.Helper()
	if missing := c.missing(); missing != nil {
		t.Fatalf("the Contract has no %s: New, Reference and Frames are required", strings.Join(missing, ", no "))
	}
	p := c.create(t)
	checkShape(t, p.Shape())
	if least := max(3, minFrames(p), c.AllLengths); c.Frames < least {
		t.Fatalf("Frames of the Contract is %d: must be at least %d, for 3, MinFrames and AllLengths", c.Frames, least)
	}
	src := Noise[T](1, c.Frames*p.Shape().In)
	rng := rand.New(rand.NewPCG(3, 4))

	checkNew(t, c, src)
	checkShort(t, c, src)
	checkReset(t, c, src)
	checkLengths(t, c, src, rng)
	checkSpecial(t, c, rng)
	checkMisuse(t, c, src)
	checkCounts(t, p, c.Frames)
	checkSettled(t, c, src)
	checkAllocs(t, c, src)
	checkGrowth(t, c, src)
}

// missing returns the names of required fields that are not set.
func (c Contract[T]) missing() (fields []string) {
	if c.New == nil {
		fields = append(fields, "New")
	}
	if c.Reference == nil {
		fields = append(fields, "Reference")
	}
	if c.Frames == 0 {
		fields = append(fields, "Frames")
	}
	return fields
}

// create returns a new processor.
func (c Contract[T]) create(t reporter) Streamer[T] {
	t.Helper()
	p := c.New()
	if p == nil {
		t.Fatal("New returned nil, want a processor")
	}
	if f, ok := p.(failed[T]); ok {
		t.Fatalf("New failed: %v", f.err)
	}
	return p
}

// reference returns the Reference of a copy of src, because Reference may change its argument.
func (c Contract[T]) reference(src []T) []T { return c.Reference(slices.Clone(src)) }

// minFrames returns MinFrames of the Shape with its default filled in.
func minFrames[T dsp.Float](p Streamer[T]) int { return max(1, p.Shape().MinFrames) }
