package wav

import (
	"errors"
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// Options choose how a Writer encodes.
type Options struct {
	Encoding    pcm.Format // of the samples, required
	Dither      bool       // triangular dither before rounding; integer encodings only, float ones ignore it
	ChannelMask uint32     // loudspeaker of each channel; 0 takes the usual ones for up to 8 channels
	NoPositions bool       // the channels have no loudspeakers: the mask 0 is written
	Ambisonic   bool       // the channels are ambisonic B-format, which has no loudspeakers either
}

// A Writer is a stream.Sink that writes a WAV file to an io.Writer, which it does not close.
//
// Integer PCM of more than 16 bits, more than 2 channels, and an unusual channel mask make the header an extensible
// one. If Open is told the number of frames, the header has exact sizes, and every output gets the same bytes: a RIFF
// file, or above 4 GiB an RF64 file with its sizes in a ds64 chunk. If it is not, an output that can seek gets a JUNK
// chunk, which keeps room for 64-bit sizes, and Close completes the header, as RF64 if the file has passed 4 GiB. An
// output that cannot seek then gets sizes of 0xFFFFFFFF, which readers take for "until the end". It gets no JUNK chunk,
// for nobody can fill in that, and odd data have no pad byte, for nothing follows that must be aligned.
//
// An output that cannot seek gets every block as soon as it is written, one that can is written in blocks of up to
// 64 KiB; the pad byte of data whose number of frames is known comes with the last block. After Open nothing is
// allocated unless something fails.
type Writer struct {
	w       io.Writer
	options Options
	limit   int64 // layout.limit, lower in tests

	layout    layout
	enc       *pcm.Encoder
	head      []byte    // room for a header
	buf       []byte    // with room for block bytes and a pad byte
	block     int       // the most bytes of frames in buf: whole frames
	seeker    io.Seeker // nil unless w can really seek
	base      int64     // position in seeker of the first byte
	announced int64     // frames that the header at the start of the file is right for, -1 if not known
	frames    int64
	open      bool
	err       error // of the first write that failed
	failed    int   // bytes of which that write may have left some in the file
}

var _ stream.Sink = (*Writer)(nil)

// NewWriter returns a Writer to w. Nothing is written before Open, which also checks the options.
func NewWriter(w io.Writer, o Options) *Writer {
	return &Writer{w: w, options: o, limit: riffLimit}
}

// Stats returns the whole frames written and what encoding them met. Frames passed to WriteRaw are counted, but not
// their NaNs, and they do not raise the peak.
func (w *Writer) Stats() pcm.Stats {
	var s pcm.Stats
	if w.enc != nil {
		s = w.enc.Stats()
	}
	s.Frames = w.frames
	return s
}

// Open writes the header for frames of the format f, -1 if their number is not known. It fails if WAV cannot hold the
// format: the rate must be a whole number of Hz below 2^32, the channels 1 to 1024, a second at most 2^32-1 bytes.
func (w *Writer) Open(f stream.Format, frames int64) error {
	if w.enc != nil {
		return errors.New("writing WAV: opened twice")
	}
	if err := f.Validate(); err != nil {
		return fmt.Errorf("writing WAV: %w", err)
	}
	hz, ok := f.Rate.Whole()
	if !ok {
		return fmt.Errorf("writing WAV: frame rate %v is not a whole number of Hz; resample to one that is", f.Rate)
	}
	l, err := newLayout(w.options, hz, f.Channels)
	if err != nil {
		return err
	}
	if frames < -1 || frames > l.maxFrames() {
		return fmt.Errorf("writing WAV: %d frames: out of range", frames)
	}
	enc, err := pcm.NewEncoder(w.options.Encoding, f.Channels, w.options.Dither)
	if err != nil {
		return fmt.Errorf("writing WAV: %w", err)
	}
	l.limit = w.limit
	if s, ok := w.w.(io.Seeker); ok {
		if at, err := s.Seek(0, io.SeekCurrent); err == nil {
			w.seeker, w.base = s, at
		}
	}
	l.reserve = frames < 0 && w.seeker != nil || frames >= 0 && l.long(frames)
	align := int(l.frameBytes())
	w.layout, w.enc, w.announced, w.open = l, enc, frames, true
	w.block = blockBytes / align * align
	w.buf = make([]byte, 0, w.block+1)
	w.head = l.header(make([]byte, 0, 128), frames)
	if w.put(w.head); w.err != nil {
		return w.err
	}
	w.confirmSeek(int64(len(w.head)))
	return nil
}

// confirmSeek gives up seeking if the output is not where n bytes must have brought it: devices have no position, and a
// file opened for appending has written elsewhere.
func (w *Writer) confirmSeek(n int64) {
	if w.seeker == nil {
		return
	}
	if at, err := w.seeker.Seek(0, io.SeekCurrent); err != nil || at != w.base+n {
		w.seeker = nil
	}
}

// Write encodes and writes frames, whose length must be a whole number of frames. An error is that of the underlying
// writer with the frame it happened near; later calls repeat it.
func (w *Writer) Write(frames []float32) error {
	if !w.open {
		return errors.New("writing WAV: not open")
	}
	if len(frames)%w.layout.channels != 0 {
		return fmt.Errorf("writing WAV: %d samples are not a whole number of frames of %d channels",
			len(frames), w.layout.channels)
	}
	n := int64(len(frames) / w.layout.channels)
	if err := w.ready(n); err != nil {
		return err
	}
	size := w.options.Encoding.Bytes()
	for len(frames) > 0 && w.err == nil {
		if len(w.buf) == w.block {
			w.flush()
		}
		k := min((w.block-len(w.buf))/size, len(frames))
		w.buf = w.enc.Encode(w.buf, frames[:k])
		frames = frames[k:]
	}
	return w.written(n)
}

// WriteRaw writes frames that are encoded already; p must be a whole number of them, and is not changed. Floating-point
// samples that are NaN are written as by Write, all other bytes as they are. A stream is written by Write or by
// WriteRaw: dither does not count the frames of the other.
func (w *Writer) WriteRaw(p []byte) error {
	if !w.open {
		return errors.New("writing WAV: not open")
	}
	align := w.layout.frameBytes()
	if int64(len(p))%align != 0 {
		return fmt.Errorf("writing WAV: %d bytes are not a whole number of frames of %d bytes", len(p), align)
	}
	n := int64(len(p)) / align
	if err := w.ready(n); err != nil {
		return err
	}
	if len(p) >= w.block && !w.padsAfter(n) && !w.options.Encoding.Float() {
		w.flush()
		w.put(p)
		return w.written(n)
	}
	for len(p) > 0 && w.err == nil {
		if len(w.buf) == w.block {
			w.flush()
		}
		k := min(w.block-len(w.buf), len(p))
		start := len(w.buf)
		w.buf = append(w.buf, p[:k]...)
		pcm.CanonicalizeNaN(w.buf[start:], w.options.Encoding)
		p = p[k:]
	}
	return w.written(n)
}

// ready returns the error that keeps n more frames from being written.
func (w *Writer) ready(n int64) error {
	if w.err == nil && n > w.layout.maxFrames()-w.frames {
		w.err = errors.New("writing WAV: more frames than 63 bits count")
	}
	return w.err
}

// padsAfter reports whether the pad byte has to follow n more frames at once: the reader of a pipe that got all it was
// told of may leave.
func (w *Writer) padsAfter(n int64) bool {
	return w.seeker == nil && n > 0 && w.frames+n == w.announced && w.announced*w.layout.frameBytes()%2 == 1
}

// written counts n frames, and passes them on at once where somebody may be waiting for them.
func (w *Writer) written(n int64) error {
	if w.padsAfter(n) {
		w.buf = append(w.buf, 0)
	}
	if w.seeker == nil {
		w.flush()
	}
	if w.err == nil {
		w.frames += n
	}
	return w.err
}

// flush writes what is buffered.
func (w *Writer) flush() {
	w.put(w.buf)
	w.buf = w.buf[:0]
}
