package raw

import (
	"errors"
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// Options choose how samples are encoded.
type Options struct {
	Encoding pcm.Format // of the samples, required
	Dither   bool       // triangular dither before rounding; integer encodings only, float ones ignore it
}

// A Writer is a stream.Sink that writes bare samples to an io.Writer, which it does not close.
//
// Every Write is one Write of the underlying writer, which does not wait for more. A writer that buffers, such as an
// http.ResponseWriter, needs a flush after each of them. Every NaN is
// written with the same bits. Nothing is allocated unless a Write has more frames than those before, or fails.
type Writer struct {
	w        io.Writer
	options  Options
	channels int
	enc      *pcm.Encoder
	buf      []byte
	frames   int64 // written
	open     bool
	err      error // of the first write that failed
}

var _ stream.Sink = (*Writer)(nil)

// NewWriter returns a Writer to w. Nothing is written before the first Write; Open checks the options.
func NewWriter(w io.Writer, o Options) *Writer { return &Writer{w: w, options: o} }

// Stats returns the whole frames written and what encoding them met.
func (w *Writer) Stats() pcm.Stats {
	var s pcm.Stats
	if w.enc != nil {
		s = w.enc.Stats()
	}
	s.Frames = w.frames
	return s
}

// Open begins a stream of the format f. It fails if f or the encoding is not valid, a frame would have 2^31 bytes or
// more, or the Writer has been opened before. Bare samples have no place for the number of frames, so it does not
// matter.
func (w *Writer) Open(f stream.Format, _ int64) error {
	if w.enc != nil {
		return errors.New("writing samples: opened twice")
	}
	if _, err := frameBytes(f, w.options.Encoding); err != nil {
		return fmt.Errorf("writing samples: %w", err)
	}
	enc, err := pcm.NewEncoder(w.options.Encoding, f.Channels, w.options.Dither)
	if err != nil {
		return fmt.Errorf("writing samples: %w", err)
	}
	w.enc, w.channels, w.open = enc, f.Channels, true
	return nil
}

// Write encodes and writes frames, whose length must be a whole number of frames. An error is that of the underlying
// writer with the frame it happened near; later calls repeat it.
func (w *Writer) Write(frames []float32) error {
	if !w.open {
		return errors.New("writing samples: not open")
	}
	if len(frames)%w.channels != 0 {
		return fmt.Errorf("writing samples: %d samples are not a whole number of frames of %d channels",
			len(frames), w.channels)
	}
	if w.err != nil || len(frames) == 0 {
		return w.err
	}
	w.buf = w.enc.Encode(w.buf[:0], frames)
	n, err := w.w.Write(w.buf)
	if err == nil && n != len(w.buf) {
		err = io.ErrShortWrite
	}
	if err != nil {
		w.err = fmt.Errorf("writing samples at frame %d: %w", w.frames, err)
		return w.err
	}
	w.frames += int64(len(frames) / w.channels)
	return nil
}

// Close ends the stream; a second Close does nothing. With a nil cause it fails if a Write failed. With any other cause
// nothing in the output shows that it is not complete: the caller must see to it that nobody takes it for that.
func (w *Writer) Close(cause error) error {
	if !w.open {
		return nil
	}
	w.open = false
	if cause != nil {
		return nil
	}
	return w.err
}
