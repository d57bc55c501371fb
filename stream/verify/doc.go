// Package verify compares two executions of one computation, bit by bit: a stream cut into chunks against the whole
// input at once, or this module against another program. An [Execution] writes a stream to a sink, and a [Difference]
// says how two streams differ.
//
// [Whole] and [Reference] compute a whole input at once: the first with one Process call for each stage, the second by
// the definition of each stage. [Chunked] is the execution of the same stages in a pipeline, with the input cut as a
// [Chunks] says. [Against] compares an execution with a stream in memory, and [Executions] two executions.
package verify
