package codec

import (
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/models/lyra"
	"github.com/tailwave/tailwave/stream"
)

// EncodeOptions are options for [Encode].
type EncodeOptions struct {
	Bitrate int // bits per second: 3200, 6000 or 9200
	Hops    int // hops of 20 ms in a block of the pipeline; 0 means DefaultHops
}

// An Encoding is the pipeline from sound to a .lyra file. The caller must set its Sink to a Writer of
// [Encoding.NewWriter] before it runs.
type Encoding struct {
	stream.Pipeline
	header    lyra.Header
	codebooks int
	codec     *lyra.Codec
	source    *countedSource
	hops      int64 // written
	bytes     int64 // written
}

// Encode returns the pipeline from sound to latents. It mixes the channels to one and converts them to 16 kHz. The
// options are those of dsp, such as [dsp.WithWorkers]. Encode fails with a [*dsp.ArgError] if source is nil, if its
// sample rate is not a whole number of Hz from [lyra.MinRate] to [lyra.MaxRate], or if an option is out of range.
func Encode(c *lyra.Codec, source stream.Source, o EncodeOptions, options ...dsp.Option) (*Encoding, error) {
	if source == nil {
		return nil, dsp.NewArgError("source", "nil", "a source of sound")
	}
	f := source.Format()
	rate, err := f.SampleRate()
	if err != nil || rate < lyra.MinRate || rate > lyra.MaxRate {
		return nil, dsp.NewArgError("sample rate", f.Rate, "a whole number of Hz from %d to %d", lyra.MinRate, lyra.MaxRate)
	}
	if err := checkHops(o.Hops); err != nil {
		return nil, err
	}
	codebooks, err := lyra.CodebooksFor(o.Bitrate)
	if err != nil {
		return nil, err
	}
	mono, err := resample.NewMono(rate, lyra.SampleRate, f.Channels, options...)
	if err != nil {
		return nil, err
	}
	encoder, err := c.NewEncoder(options...)
	if err != nil {
		return nil, err
	}
	samples := max(1, lyra.Hop*rate/lyra.SampleRate) // of the source in each hop
	e := &Encoding{
		header: lyra.Header{Bitrate: o.Bitrate, Rate: rate}, codebooks: codebooks,
		codec: c, source: &countedSource{Source: source},
	}
	e.Pipeline = stream.Pipeline{
		Source: e.source,
		Stages: []stream.Stage{
			{Name: "resample", Processor: mono},
			{Name: "encode", Processor: encoder},
		},
		BlockFrames: samples * blockOf(o.Hops, samples*f.Channels),
	}
	return e, nil
}

// Frames returns the number of frames of sound that were encoded. Do not call Frames, Hops and Bytes while the pipeline
// runs.
func (e *Encoding) Frames() int64 { return e.source.frames }

// Hops returns the number of hops of 20 ms that were written.
func (e *Encoding) Hops() int64 { return e.hops }

// Bytes returns the number of bytes that were written.
func (e *Encoding) Bytes() int64 { return e.bytes }

// NewWriter returns the sink that writes the .lyra file to w, which it does not close. Use one Writer for an Encoding.
func (e *Encoding) NewWriter(w io.Writer) *Writer {
	return &Writer{encoding: e, w: w, quantizer: e.codec.NewQuantizer()}
}

// A Writer is a [stream.Sink] of latents that writes a .lyra file.
type Writer struct {
	encoding  *Encoding
	w         io.Writer
	quantizer *lyra.Quantizer
	container *lyra.Writer
	codes     []byte
}

// Open writes the header of the file. The frames of f must have [lyra.Latents] values.
func (w *Writer) Open(f stream.Format, _ int64) (err error) {
	if f.Channels != lyra.Latents {
		return fmt.Errorf("writing Lyra codes: frames of %d values, must have %d latents", f.Channels, lyra.Latents)
	}
	w.encoding.hops, w.encoding.bytes = 0, 0
	w.container, err = lyra.NewWriter(countingWriter{w.w, &w.encoding.bytes}, w.encoding.header)
	return err
}

// Write quantizes latents and writes each complete second.
func (w *Writer) Write(latents []float32) error {
	w.codes = w.quantizer.Encode(w.codes[:0], latents, w.encoding.codebooks)
	w.encoding.hops += int64(len(latents) / lyra.Latents)
	return w.container.Write(w.codes)
}

// Close completes the file with the trailer, which holds the number of samples that were encoded. With a cause that is
// not nil it writes nothing: a file without a trailer reads as truncated.
func (w *Writer) Close(cause error) error {
	if cause != nil {
		return nil
	}
	return w.container.Close(w.encoding.source.frames) // the source has ended when the last latents arrive
}

// A countedSource is a source that counts its frames.
type countedSource struct {
	stream.Source
	frames int64
}

func (s *countedSource) Read(dst []float32) (int, error) {
	n, err := s.Source.Read(dst)
	if err == nil || err == io.EOF {
		s.frames += int64(n)
	}
	return n, err
}

// Frames returns the number of frames that are not read yet, or -1. It implements stream.Sized.
func (s *countedSource) Frames() int64 { return stream.FramesOf(s.Source) }

// A countingWriter adds the number of bytes written to *n.
type countingWriter struct {
	w io.Writer
	n *int64
}

func (c countingWriter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	*c.n += int64(n)
	return n, err
}
