// Package stream moves frames from a Source through Stages to a Sink. What comes out does not depend on block size,
// queue depth or scheduling.
//
// A [Pipeline] runs the stages concurrently, connected by channels over which a fixed number of blocks circulates:
// memory is fixed from the start, and a slow stage holds back the ones before it. It opens the sink when the first
// frames, or the end of an empty stream, arrive, so a source that fails at once leaves nothing written.
//
// [Pull] runs the stages in the goroutine that asks for frames. It suits audio libraries with a callback, and readers
// of samples. [FromSlice] and [Buffer] are a source and a sink in memory.
package stream
