// Package pcm converts between the sample bytes of audio files and float32 values, full scale -1 to 1.
//
// An integer sample v of b bits stands for v/2^(b-1); 8-bit samples are unsigned with 128 as zero. So -1 has a code and
// +1 has none: the largest code lies one step below it. All formats are little-endian.
//
// Decoding is exact for integers of up to 24 bits and for float32, and rounds once, to nearest even, for 32-bit
// integers and float64. Encoding rounds once, to nearest even, and saturates. What an Encoder writes, dither included,
// depends on the values and their positions in the stream only, never on how the stream is cut into calls. The Go code
// defines it; where the processor has AVX2, assembly does the same to whole vectors of samples, and leaves to Go those
// that may have no code.
package pcm
