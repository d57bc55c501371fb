package npy

import (
	"errors"
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/raw"
)

// Options choose the shape of the array that a Writer makes.
type Options struct {
	Layout Layout // order of the two dimensions; the zero value is ChannelsFirst
	Vector bool   // make an array [frames] for a stream of one channel; no effect on others, which have two dimensions
}

// A Writer is a stream.Sink that writes an array of little-endian float32 to an io.Writer, which it does not close. It
// writes frame after frame in either layout, as C or Fortran order. Every NaN is written with the same bits.
//
// If Open is told the number of frames, the output need not seek. Otherwise Close completes the header. Until then the
// header announces more frames than any file has, so that readers reject what a killed program leaves.
type Writer struct {
	w       io.Writer
	options Options
	samples *raw.Writer

	channels  int
	seeker    io.Seeker // nil unless w can really seek
	base      int64     // position in seeker of the first byte
	announced int64     // frames passed to Open, or -1
	passed    int64     // frames passed to Write
	opened    bool
	open      bool
}

var _ stream.Sink = (*Writer)(nil)

// unfinished is the number of frames in a header that Close has not completed yet. Read and NewReader accept no array
// that large, so they recognize the number.
const unfinished = 1 << 40

// NewWriter returns a Writer to w. It writes nothing before Open, which also checks the options.
func NewWriter(w io.Writer, o Options) *Writer {
	return &Writer{w: w, options: o, samples: raw.NewWriter(w, raw.Options{Encoding: pcm.F32})}
}

// Stats returns the number of frames written, their peak, and the number of NaNs.
func (w *Writer) Stats() pcm.Stats { return w.samples.Stats() }

// Open writes the header for a number of frames of the format f, -1 if the number is not known. The file does not hold
// the frame rate. Open fails with a [*LengthError] if the number is not known and the output cannot seek.
func (w *Writer) Open(f stream.Format, frames int64) error {
	if w.opened {
		return errors.New("writing .npy: opened twice: use a new Writer for each file")
	}
	if err := w.options.Layout.check(); err != nil {
		return err
	}
	if frames < -1 {
		return fmt.Errorf("writing .npy: %d frames: out of range, need at least -1", frames)
	}
	if s, ok := w.w.(io.Seeker); ok {
		if at, err := s.Seek(0, io.SeekCurrent); err == nil {
			w.seeker, w.base = s, at
		}
	}
	if frames < 0 && w.seeker == nil {
		return &LengthError{}
	}
	if err := w.samples.Open(f, frames); err != nil {
		return err
	}
	w.opened, w.channels, w.announced = true, f.Channels, frames
	if frames < 0 {
		frames = unfinished
	}
	if err := w.put(w.options.header(w.channels, frames)); err != nil {
		return err
	}
	w.confirmSeek()
	if w.announced < 0 && w.seeker == nil {
		return &LengthError{}
	}
	w.open = true
	return nil
}

// confirmSeek gives up seeking if the position of the output is not after the header. Devices have no position, and a
// file opened for appending writes elsewhere.
func (w *Writer) confirmSeek() {
	if w.seeker == nil {
		return
	}
	if at, err := w.seeker.Seek(0, io.SeekCurrent); err != nil || at != w.base+headerBytes {
		w.seeker = nil
	}
}

// put writes the header.
func (w *Writer) put(header []byte) error {
	n, err := w.w.Write(header)
	if err == nil && n != len(header) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return fmt.Errorf("writing .npy header: %w", err)
	}
	return nil
}

// Write writes frames. Their length must be a multiple of the number of channels. An error wraps that of the underlying
// writer and names the frame near which it occurred; later calls repeat it.
func (w *Writer) Write(frames []float32) error {
	if !w.open {
		return errors.New("writing .npy: not open: call Open first")
	}
	w.passed += int64(len(frames) / w.channels)
	return w.samples.Write(frames)
}
