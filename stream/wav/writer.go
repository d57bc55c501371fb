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
	Dither      bool       // add triangular dither before rounding to an integer encoding; no effect on float
	ChannelMask uint32     // loudspeaker of each channel; 0 means the usual ones for up to 8 channels
	NoPositions bool       // the channels have no loudspeakers: the header gets the mask 0
	Ambisonic   bool       // the channels are ambisonic B-format, which has no loudspeakers either
}

// A Writer is a stream.Sink that writes a WAV file to an io.Writer, which it does not close.
//
// The header is an extensible one for integer PCM of more than 16 bits, for more than 2 channels, and for an unusual
// channel mask. Its sizes depend on what Open knows:
//
//   - If Open is told the number of frames, the header has exact sizes, and every output gets the same bytes: a RIFF
//     file, or above 4 GiB an RF64 file with its sizes in a ds64 chunk.
//   - Otherwise an output that can seek gets a JUNK chunk, which reserves room for 64-bit sizes. Close completes the
//     header, as RF64 if the file passed 4 GiB.
//   - Otherwise, if the output cannot seek, the sizes are 0xFFFFFFFF, which readers treat as "until the end". The
//     file has no JUNK chunk, and no pad byte after odd data.
//
// Every NaN is written as 0x7FC00000, or 0x7FF8000000000000 in 64-bit float. Each block goes to an output that cannot
// seek as soon as it is written. An output that can seek is written in blocks of up to 64 KiB. After Open nothing is
// allocated unless a write fails.
type Writer struct {
	w       io.Writer
	options Options
	limit   int64 // layout.limit, lower in tests

	layout    layout
	enc       *pcm.Encoder
	head      []byte    // scratch for a header
	buf       []byte    // not written yet; capacity for block bytes and a pad byte
	block     int       // largest number of bytes of frames in buf, whole frames
	seeker    io.Seeker // nil unless w can really seek
	base      int64     // position in seeker of the first byte
	announced int64     // number of frames in the header, -1 if not known
	frames    int64     // written
	open      bool
	err       error // of the first write that failed
	failed    int   // length of the write that failed; a part of it may be in the file
}

var _ stream.Sink = (*Writer)(nil)

// NewWriter returns a Writer to w. It writes nothing before Open, which also checks the options.
func NewWriter(w io.Writer, o Options) *Writer {
	return &Writer{w: w, options: o, limit: riffLimit}
}

// Stats returns the number of frames written, and the peak, clipped samples and NaNs found while encoding them. Frames
// passed to WriteRaw are counted, but their samples are not examined.
func (w *Writer) Stats() pcm.Stats {
	var s pcm.Stats
	if w.enc != nil {
		s = w.enc.Stats()
	}
	s.Frames = w.frames
	return s
}

// Open writes the header for a number of frames of the format f, -1 if the number is not known. It fails if WAV
// cannot hold the format: the rate must be a whole number of Hz below 2^32, a frame must have 1 to 1024 channels, and a
// second at most 2^32-1 bytes.
func (w *Writer) Open(f stream.Format, frames int64) error {
	if w.enc != nil {
		return errors.New("writing WAV: opened twice: use a new Writer for each file")
	}
	if err := f.Validate(); err != nil {
		return fmt.Errorf("writing WAV: %w", err)
	}
	hz, ok := f.Rate.Whole()
	if !ok {
		return fmt.Errorf("writing WAV: frame rate %v is not a whole number of Hz: resample to one that is", f.Rate)
	}
	l, err := newLayout(w.options, hz, f.Channels)
	if err != nil {
		return err
	}
	if frames < -1 {
		return fmt.Errorf("writing WAV: %d frames: out of range, need at least -1", frames)
	}
	if frames > l.maxFrames() {
		return fmt.Errorf("writing WAV: %.1e frames: out of range, a file holds at most %.1e: "+
			"check the length that the source announces", float64(frames), float64(l.maxFrames()))
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

// confirmSeek gives up seeking if the position of the output is not n bytes after the base. Devices have no position,
// and a file opened for appending writes elsewhere.
func (w *Writer) confirmSeek(n int64) {
	if w.seeker == nil {
		return
	}
	if at, err := w.seeker.Seek(0, io.SeekCurrent); err != nil || at != w.base+n {
		w.seeker = nil
	}
}

// Write encodes and writes frames. Their length must be a multiple of the number of channels. An error wraps that of
// the underlying writer and names the frame near which it occurred; later calls repeat it.
func (w *Writer) Write(frames []float32) error {
	if !w.open {
		return errors.New("writing WAV: not open: call Open first")
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

// WriteRaw writes frames that are already encoded. p must hold whole frames, and is not changed. Every float NaN is
// written with the same bits as by Write; all other bytes are written unchanged. Use either Write or WriteRaw for a
// stream, not both: the dither of Write does not count frames of WriteRaw, so its noise would depend on the mix.
func (w *Writer) WriteRaw(p []byte) error {
	if !w.open {
		return errors.New("writing WAV: not open: call Open first")
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

// ready returns an error if n more frames cannot be written.
func (w *Writer) ready(n int64) error {
	if w.err == nil && n > w.layout.maxFrames()-w.frames {
		w.err = fmt.Errorf("writing WAV: more frames than a file can hold, at most %.1e", float64(w.layout.maxFrames()))
	}
	return w.err
}

// padsAfter reports whether the pad byte must be written together with the next n frames, because they are the last
// ones to an output that cannot seek. The reader of a pipe may close it as soon as it has all announced frames; a later
// write of the pad byte would then fail.
func (w *Writer) padsAfter(n int64) bool {
	return w.seeker == nil && n > 0 && w.frames+n == w.announced && w.announced*w.layout.frameBytes()%2 == 1
}

// written counts n frames. It flushes an output that cannot seek, because its reader may be waiting.
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

// flush writes the buffered bytes.
func (w *Writer) flush() {
	w.put(w.buf)
	w.buf = w.buf[:0]
}
