// Package pcm converts between the bytes of audio samples and float32 values with full scale from -1 to 1.
//
//	e, err := pcm.NewEncoder(pcm.S16, 2, true) // 16 bits, stereo, with dither
//	if err != nil {
//		return err
//	}
//	data = e.Encode(data, samples)      // appends bytes, any number of samples at a time
//	n := pcm.Decode(dst, data, pcm.S16) // and back: n samples
//
// # Values
//
// An integer sample of b bits with the code v represents the value v/2^(b-1). The smallest code represents -1, and the
// largest the value one step below +1, so +1 itself is clipped. 8-bit samples are unsigned, and 128 represents zero.
// All formats are little-endian.
//
// Decoding is exact for integers of up to 24 bits and for float32. 32-bit integers and float64 are rounded once, to
// nearest even. Encoding rounds once, to nearest even, and clips. An [Encoder] counts the clipped samples. NaN becomes
// the code 0, or in a float format the one bit pattern [NaN32] or [NaN64].
//
// # Dither
//
// The error of rounding depends on the signal, and sounds like distortion at low levels. Dither is noise that is added
// before rounding. It makes the mean and the variance of the error independent of the signal (S. P. Lipshitz, R. A.
// Wannamaker and J. Vanderkooy, "Quantization and dither: a theoretical survey", Journal of the Audio Engineering
// Society 40, 1992). An Encoder adds noise of triangular density, two steps peak to peak. The noise is a function of
// frame number and channel, so a stream that is encoded twice becomes the same bytes.
//
// Use dither for computed samples, and for samples that lose bits, in formats of up to 24 bits. By default the commands
// of tailwave do the same. Samples that only get wider, such as 16-bit samples that are written with 24 bits, are exact
// without dither.
//
// # Equal bytes
//
// The bytes from an Encoder, dither included, depend only on the values and their positions in the stream, never on how
// the stream is split into calls. The Go code defines the results. With AVX2, assembly computes the same results for
// whole vectors of samples, and the Go code handles the samples that may have to be clipped.
//
// # Speed
//
// The table has GB/s of encoded bytes, on one core of an AMD EPYC (Zen 5). To reproduce it, run make bench, and look
// for BenchmarkEncode and BenchmarkDecode.
//
//	           encode   encode with dither   decode
//	16 bits    15       2.4                  2 to 3
//	24 bits    21       3.5                  2 to 3
//
// # Compressed encodings
//
// The compressed encodings of WAV files are decoded to int16 samples, which are codes of S16: A-law and mu-law byte by
// byte ([DecodeALaw], [DecodeMuLaw]), IMA ADPCM and Microsoft ADPCM block by block ([DecodeIMA], [DecodeMS]). Each of
// these functions names the standard that it follows.
package pcm
