// Package raw reads and writes bare samples, which have no header: the bytes of pipes, sockets and sound devices. A
// [Reader] is a [stream.Source] over an io.Reader, a [Writer] is a [stream.Sink] over an io.Writer, and [NewEncoder]
// turns any source into an io.Reader.
//
//	format := stream.Format{Rate: stream.Hz(48000), Channels: 2}
//	source, err := raw.NewReader(os.Stdin, format, pcm.S16)
//	sink := raw.NewWriter(os.Stdout, raw.Options{Encoding: pcm.F32})
//	_, err = stream.Pipeline{Source: source, Sink: sink}.Run(ctx)
//
// A frame has one sample for each channel, the first channel first, and frames follow one another without gaps. All
// samples are little-endian. An integer sample v of b bits has the value v/2^(b-1): the smallest code is -1, and +1,
// full scale, is one step above the largest code. 8-bit samples are unsigned with the zero at 128. A floating-point
// sample is its own value, which may exceed full scale.
//
// Nothing in the bytes says which encoding, rate and number of channels they have, so both sides must agree on them. A
// wrong encoding, or the loss of a part of a frame, turns sound into noise. The end of the bytes is the end of the
// stream. So a stream that breaks off between two frames looks complete, and one that breaks off inside a frame is a
// [TruncatedError].
//
// Other programs call the encodings u8, s16le, s24le, s32le, f32le and f64le (ffmpeg -f), or U8, S16_LE, S24_3LE,
// S32_LE, FLOAT_LE and FLOAT64_LE (arecord and aplay -f).
package raw
