// Package stream moves frames from a [Source] through stages to a [Sink]. A frame is one time step: one float32 value
// per channel, adjacent in memory, with full scale from -1 to 1 for sound.
//
// A [Pipeline] runs the source, every [Stage] and the sink concurrently:
//
//	_, err := stream.Pipeline{
//		Source: source, // wav.NewReader, stream.FromSlice, or two methods of your own
//		Stages: []stream.Stage{{Name: "resample", Processor: converter}},
//		Sink:   sink, // wav.NewWriter, live.NewSink, or &stream.Buffer{}
//	}.Run(ctx)
//
// The frames that reach the sink do not depend on block size, queue depth, scheduling, or on how the source cuts its
// frames. [Pipeline.Run] returns nil only if the last frame reached the sink and the sink closed without an error. A
// failure never looks like the end of a stream: stages are flushed only after the source has returned io.EOF. If ctx
// ends, the error wraps context.Cause(ctx). When Run returns, every goroutine that it started has ended.
//
// A fixed number of blocks circulates between neighbouring goroutines. Memory is therefore allocated once, at the
// start, and a slow stage holds back the stages before it. The pipeline itself allocates nothing per block.
//
// The other parts:
//
//   - [Pull] runs stages in the goroutine that asks for frames: for audio libraries with a callback, and for readers of
//     samples.
//   - [Tee] writes to two sinks; [Through] puts a stage in front of one of them.
//   - A [Pool] divides the work inside a block among goroutines. Several stages and pipelines can share one.
//   - [FromSlice] is a source in memory, [Buffer] a sink in memory, and [ReadAll] reads a source into a Buffer.
//
// Sources and sinks for files, pipes and devices are in stream/wav, stream/npy, stream/raw, stream/goaudio and
// stream/live. Stages are of type [dsp.Processor].
package stream
