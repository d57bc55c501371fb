// Package goaudio joins streams to the types of github.com/go-audio: a *wav.Decoder becomes a stream.Source, a
// *wav.Encoder a stream.Sink, and buffers and formats convert both ways. The decoder and the encoder give access to
// their file; the samples in it are read and written here, by dsp/pcm, so that frames are those that stream/wav would
// read and files hold the samples that it would write.
//
// What go-audio/wav v1.1.0 does by itself, and what becomes of it:
//
//	short reads of a pipe or network corrupt samples   any cuts give the same frames
//	float samples come back as integer bit patterns    decoded, with plain and extensible headers
//	8-bit samples stay unsigned                        128 is zero
//	the pad byte of odd data becomes a sample          skipped
//	truncated data end without an error                *wav.TruncatedError of stream/wav
//	data sizes 0 and 0xFFFFFFFF of a pipe are empty    the data end with the input
//	a false size of the fmt chunk allocates up to 8 GiB  nothing is allocated, see NewSource
//	RF64 and BW64 files are not known                  read
//	samples beyond full scale wrap                     saturate, and are counted
//	odd data get no pad byte                           it is written
//	sizes wrap at 4 GiB                                refused with a *RefusedError before the first frame too many
//	float encoders write integers                      floats are written
//
// Everything else is refused with an error; no audio is guessed.
package goaudio
