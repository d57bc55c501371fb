// Package dsptest checks whether a dsp.Processor keeps its contract. [Check] reports faults in a test, [Verify] returns
// them in a program or an example. Both need a [Contract]: how to create the processor, and what its output must be.
package dsptest

import (
	"math/rand/v2"
	"slices"
	"strings"
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

// A Contract is how to create a processor, and what its output must be. New, Reference and Frames are required. A
// [dsp.Processor] is a Streamer[float32].
type Contract[T dsp.Float] struct {
	// New creates a processor at every call, each time with the same parameters. The function [New] makes it from a
	// constructor that returns an error.
	New func() Streamer[T]

	// Reference returns the output for a whole input, computed by other means than the processor's. src is not empty.
	// It must add the same terms as the processor, also a state of +0 before the first frame, because -0 + 0 is +0.
	Reference func(src []T) []T

	// Frames is the length of the longest input to try: at least 3, MinFrames of the Shape, and AllLengths. It must be
	// several times the number of frames that the processor keeps. A shorter input does not reach the faults of what is
	// kept, and Check reports success.
	Frames int

	// AllLengths makes Check try every length of the input up to this one, in addition to some up to Frames. A
	// processor that lowers the rate and raises it again needs a few times the Period of its Shape.
	AllLengths int

	// Blocks are lengths, in frames, at which the processor changes what it does: for example the number of its taps,
	// its stride, or the block that it works in. Check tries chunks of these lengths, of one frame less and of one
	// more, in addition to its own.
	Blocks []int

	// Waits permits the processor to emit frames later than it could. Without it, Check reports output frames that
	// depend on no input frame to come and that Process has not appended yet. A delay of 3 frames needs Waits: output
	// frame k is input frame k-3, but is emitted only with input frame k. An echo does not need Waits: output frame k
	// is the sum of input frames k and k-3, so it cannot be emitted before input frame k is there. Processors that work
	// in blocks need Waits too.
	Waits bool
}

// New returns the New of a [Contract] for a constructor, such as NewFilter of one's own:
//
//	dsptest.Contract[float32]{
//		New: dsptest.New(func() (*Filter, error) { return NewFilter(440, 2) }),
//		...
//
// [Check] and [Verify] report the error of the constructor.
func New[P Streamer[T], T dsp.Float](create func() (P, error)) func() Streamer[T] {
	return func() Streamer[T] {
		p, err := create()
		if err != nil {
			return failed[T]{err: err}
		}
		return p
	}
}

// failed is a processor that could not be created.
type failed[T dsp.Float] struct {
	Streamer[T]
	err error
}

// Check reports a test error for every promise of [dsp.Processor] that the processor breaks:
//   - Every processor of New is another one, and all give the same output.
//   - After Reset, in mid-stream or after Flush, the processor is as new.
//   - The output has the bits of Reference, however the input is cut into chunks. Any NaN equals any NaN. The input has
//     ordinary values, the first frames of [Noise] with seed 1, and then those of [Special], with the seed that the
//     message says.
//   - Process does not change src, and does not need it after the call.
//   - Process and Flush append to dst, and keep its contents. A second Flush appends nothing.
//   - Flush appends nothing to a stream of fewer frames than MinFrames.
//   - Shape, OutFrames, Emitted and MaxOutFrames agree with the output.
//   - Process panics after Flush, and for a src that is not a whole number of frames. A second owner is rejected.
//   - Nothing is allocated, however long the stream, and the Memory of a [dsp.Sizer] does not change.
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

// missing returns the required fields that are not set.
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

// reference returns what Reference makes of a copy of src, which it may change.
func (c Contract[T]) reference(src []T) []T { return c.Reference(slices.Clone(src)) }

// minFrames returns MinFrames with its default.
func minFrames[T dsp.Float](p Streamer[T]) int { return max(1, p.Shape().MinFrames) }
