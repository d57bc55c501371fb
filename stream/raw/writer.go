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
	Dither   bool       // add triangular dither before rounding to an integer encoding; no effect on float
}

// A Writer is a stream.Sink that writes bare samples to an io.Writer, which it does not close.
//
// Every Write is one Write of the underlying writer. A Writer does not buffer; an underlying writer that does, such as
// an http.ResponseWriter, needs a flush after each Write if its reader is waiting. Every NaN is written with the same
// bits. Write allocates nothing unless it gets more frames than before, or fails.
type Writer struct {
	w        io.Writer
	options  Options
	channels int
	enc      *pcm.Encoder
	buf      []byte
	frames   int64 // frames written
	open     bool
	err      error // of the first write that failed
}

var _ stream.Sink = (*Writer)(nil)

// NewWriter returns a Writer to w. It writes nothing before the first Write. Open checks the options.
func NewWriter(w io.Writer, o Options) *Writer { return &Writer{w: w, options: o} }

// Stats returns the number of frames written, and the peak, clipped samples and NaNs found while encoding them.
func (w *Writer) Stats() pcm.Stats {
	var s pcm.Stats
	if w.enc != nil {
		s = w.enc.Stats()
	}
	s.Frames = w.frames
	return s
}

// Open begins a stream of the format f. It fails if f or the encoding is not valid, if a frame would have 2^31 bytes or
// more, or if the Writer was opened before. It ignores the number of frames, because bare samples do not hold it.
func (w *Writer) Open(f stream.Format, _ int64) error {
	if w.enc != nil {
		return errors.New("writing samples: opened twice: use a new Writer for each stream")
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

// Write encodes and writes frames. Their length must be a multiple of the number of channels. An error wraps that of
// the underlying writer and names the frame near which it occurred; later calls repeat it.
func (w *Writer) Write(frames []float32) error {
	if !w.open {
		return errors.New("writing samples: not open: call Open first")
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

// Close ends the stream. A second Close does nothing. With a nil cause it returns the error of a Write that failed.
// With any other cause it returns nil. Nothing in the output shows then that the stream is incomplete: the caller must
// make sure that nobody uses it as complete.
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
