// Package raw reads and writes bare samples, which have no header: the bytes of pipes, sockets and sound cards. A
// [Reader] is a [stream.Source] over an io.Reader, a [Writer] a [stream.Sink] over an io.Writer, and [NewEncoder] makes
// an io.Reader of any source.
//
// Frames follow one another. A frame has one sample for each channel, the first channel first. All samples are
// little-endian. An integer sample v of b bits stands for v/2^(b-1): -1 is the smallest code, and +1, full scale, lies
// one step above the largest; 8-bit samples are unsigned, and 128 is zero. A floating-point sample is the value itself,
// which may exceed full scale.
//
// Nothing in the bytes says which encoding, rate and number of channels they have, so both sides must agree on them. A
// wrong encoding, or the loss of a part of a frame, turns sound into noise. The end of the bytes is the end of the
// stream: a stream that breaks off between two frames looks complete, and one that breaks off inside a frame is a
// [TruncatedError].
//
// Other programs call the encodings u8, s16le, s24le, s32le, f32le and f64le (ffmpeg -f, also arecord and aplay with -f
// U8, S16_LE, S24_3LE, S32_LE, FLOAT_LE, FLOAT64_LE).
package raw
