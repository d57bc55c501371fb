// Package goaudio connects streams to the types of github.com/go-audio. A *wav.Decoder becomes a [stream.Source], a
// *wav.Encoder becomes a [stream.Sink], and buffers and formats convert in both directions.
//
//	source, err := goaudio.NewSource(wav.NewDecoder(in))
//	if err != nil { return err }
//	sink, err := goaudio.NewSink(wav.NewEncoder(out, 48000, 16, channels, 1)) // 1: integers
//	if err != nil { return err }
//	stages := []stream.Stage{{Name: "resample", Processor: converter}}
//	_, err = stream.Pipeline{Source: source, Stages: stages, Sink: sink}.Run(ctx)
//
// The decoder and the encoder only provide access to their file. This package reads and writes the samples in it with
// stream/wav and dsp/pcm. A [Source] therefore returns the frames that stream/wav reads from the same file, and a
// [Sink] writes the samples that stream/wav writes.
//
// The table shows what go-audio/wav v1.1.0 does by itself, and what this package does:
//
//	short reads of a pipe or network corrupt samples     any cuts return the same frames
//	float samples are returned as integer bit patterns   decoded, with plain and extensible headers
//	8-bit samples stay unsigned                          128 is zero
//	the pad byte of odd data becomes a sample            skipped
//	truncated data end without an error                  *wav.TruncatedError of stream/wav
//	data sizes 0 and 0xFFFFFFFF of a pipe mean no data   the data end with the input
//	a wrong size of the fmt chunk allocates up to 8 GiB  nothing is allocated, see NewSource
//	RF64 and BW64 files are not known                    read
//	samples beyond full scale wrap                       saturate, and are counted
//	odd data get no pad byte                             the pad byte is written
//	sizes wrap at 4 GiB                                  *RefusedError before the first frame too many
//	float encoders write integers                        floats are written
//
// Everything else is an error, usually a [*RefusedError]. Samples are never guessed.
package goaudio
