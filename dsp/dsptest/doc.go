// Package dsptest checks whether a [dsp.Processor] keeps its contract. [Check] reports faults in a test, [Verify]
// returns them as an error in a program or an example. Both need a [Contract], which says how to create the processor
// and what its output must be:
//
//	func TestEcho(t *testing.T) {
//		dsptest.Check(t, dsptest.Contract[float32]{
//			New:       dsptest.New(func() (*Echo, error) { return NewEcho(1000, 2) }),
//			Reference: echoWhole,   // func(src []float32) []float32, over a whole input
//			Frames:    5000,        // several times the 1000 frames that the processor holds
//			Blocks:    []int{1000}, // chunk lengths near which faults are likely
//		})
//	}
//
// Check feeds the processor many lengths of input, cut into chunks in many ways, and compares the output with Reference
// bit for bit. It also checks Reset, the counts of frames, the latency, misuse, owners and memory. Two methods find
// faults that a comparison of the output cannot show:
//
//   - Poisoning with NaN. After each call Check overwrites src with NaN, so a processor that kept src emits NaN. Check
//     also replaces the end of an input by NaN and looks at which frames of the Reference remain free of NaN: no later
//     input reaches these frames, so Process must already have emitted them. A processor that keeps the whole input and
//     emits everything in Flush has the right output and fails here.
//   - Counting allocations. A stream that is continued must not allocate, so memory cannot grow with its length.
//
// [Noise], [Special], [RandomSplit] and [FirstDifference] are the tools that Check uses, for tests of your own.
package dsptest
