// Package pcm converts between the sample bytes of audio files and float32 values, full scale -1 to 1.
//
// An integer sample v of b bits, its code, represents the value v/2^(b-1). The smallest code represents -1, and the
// largest represents the value one step below +1, so +1 itself is clipped. 8-bit samples are unsigned, and 128
// represents zero. All formats are little-endian.
//
// Decoding is exact for integers of up to 24 bits and for float32. It rounds 32-bit integers and float64 once, to
// nearest even. Encoding rounds once, to nearest even, and saturates. The bytes from an Encoder, dither included,
// depend only on the values and their positions in the stream, never on how the stream is split into calls. The Go code
// defines the results. On a processor with AVX2, assembly computes the same results for whole vectors of samples, and
// the Go code handles the samples that may have to be clipped.
//
// The compressed encodings of WAV files are decoded to int16 samples, which are codes of S16: A-law and mu-law byte by
// byte ([DecodeALaw], [DecodeMuLaw]), IMA ADPCM and Microsoft ADPCM block by block ([DecodeIMA], [DecodeMS]).
package pcm
