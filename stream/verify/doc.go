// Package verify compares two executions of one computation, bit by bit: a stream cut into chunks with the whole input
// at once, or this module with another program.
//
// A check that no chunking changes a bit of the output:
//
//	want, err := verify.Whole(in, stages...)                      // the whole input in one call per stage
//	for i, chunks := range verify.Random(seed, in, want) {        // random cuts, block sizes and threads
//		if i == 100 { break }
//		got := verify.Chunked(in, newStages, chunks)              // the same stages in a pipeline
//		d, err := verify.Against(ctx, got, want)
//		if !d.Identical() { fmt.Println("seed", chunks.Seed, d) } // "3 differing bits, by up to ..."
//	}
//
// The parts:
//
//   - An [Execution] is a function that writes a stream to a sink. [Chunked] returns one; the Run method of a
//     [stream.Pipeline] and a function that runs another program can be others.
//   - [Whole] and [Reference] compute a whole input at once. Whole calls Process once per stage. Reference uses the
//     one-shot form of each stage, a [dsp.Referencer].
//   - [Against] compares an execution with a stream in memory, [Executions] compares two executions, and [Compare] two
//     slices. The result is a [Difference].
//   - [Sums] compares a stream with float64 sums of products, for a processor whose faster method rounds differently.
//
// A difference between two complete streams is a result. An execution that fails is an error, an [*ExecutionError].
// Comparisons hold the stream that they compare with in memory, and the other one only block by block.
package verify
