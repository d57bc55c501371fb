package wav

import (
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// A Reader is a stream.Source of the samples of a WAV file, and a stream.Sized.
//
// It reads integer PCM of 1 to 32 bits and float of 32 and 64 bits with a plain or an extensible header, in RIFF, RF64
// and BW64 files, and skips every other chunk before the data; what follows the data is not read, a second data chunk
// included.
//
// The header of a pipe cannot tell its size. Sizes of 0 and 0xFFFFFFFF, and what sox, arecord, opusdec and oggdec write
// in their place, mean that the end of the input is the end of the data; a size of 0 means no data if another chunk
// follows inside the outer one. A single byte after an odd number of bytes of whole frames is then taken for the pad
// byte, but of one-byte frames it cannot be told from a frame and is one. Any other size is a promise: if the input
// ends before, or if the data ends inside a frame, the frames there are come first and then a *TruncatedError.
//
// How the underlying reader cuts its data changes nothing. Reads are of up to 64 KiB, and after NewReader nothing is
// allocated. A Reader does not close its input.
type Reader struct {
	in     input
	info   Info
	extent extent

	buf      []byte
	pos, end int   // undelivered bytes are buf[pos:end]; pos is at a frame
	left     int64 // bytes of whole frames not yet read from the input, if the data ends where the header says
	err      error // what ends the stream once buf is empty

	returned int64 // frames
}

var (
	_ stream.Source = (*Reader)(nil)
	_ stream.Sized  = (*Reader)(nil)
)

// NewReader reads the header, up to the first sample. Its errors say what is wrong with the file, at which byte, and
// are never io.EOF: *UnsupportedError for an encoding this package does not know, one wrapping io.ErrUnexpectedEOF if
// the input ends inside the header, one wrapping the error of r if that fails.
//
// If r can seek, large chunks before the data are skipped by seeking. No claim in the header makes it allocate more.
func NewReader(r io.Reader) (*Reader, error) {
	rd := &Reader{in: newInput(r), buf: make([]byte, blockBytes)}
	if err := rd.readHeader(); err != nil {
		return nil, err
	}
	rd.left = rd.extent.bytes
	if rd.left != untilEnd {
		rd.left -= rd.left % int64(rd.info.FrameBytes())
	}
	return rd, nil
}

// Info returns what the header says.
func (r *Reader) Info() Info { return r.info }

// Format returns the frame rate and the number of channels.
func (r *Reader) Format() stream.Format {
	return stream.Format{Rate: stream.Rate{Num: r.info.Rate, Den: 1}, Channels: r.info.Channels}
}

// Frames returns the number of frames that are not read yet, by the header, or -1 if the header promises no number.
func (r *Reader) Frames() int64 {
	if r.info.Frames < 0 {
		return -1
	}
	return r.info.Frames - r.returned
}

// Read decodes up to len(dst)/channels frames and returns how many, at least one unless there is an error. It returns
// what is at hand rather than wait for more. The error is io.EOF at the end of complete data, a
// *TruncatedError at the end of incomplete data, or wraps that of the underlying reader. A dst shorter than a frame is
// io.ErrShortBuffer.
func (r *Reader) Read(dst []float32) (frames int, err error) {
	want := len(dst) / r.info.Channels
	p, err := r.next(want)
	if err != nil {
		return 0, err
	}
	frames = len(p) / r.info.FrameBytes()
	pcm.Decode(dst[:frames*r.info.Channels], p, r.info.Encoding)
	return frames, nil
}

// ReadRaw copies up to len(p)/Info().FrameBytes() frames of undecoded bytes to p and returns the number of bytes, a
// whole number of frames. Everything else is as with Read, and the two may be mixed.
func (r *Reader) ReadRaw(p []byte) (n int, err error) {
	b, err := r.next(len(p) / r.info.FrameBytes())
	return copy(p, b), err
}

// next returns the bytes of 1 to want frames, valid until the next call.
func (r *Reader) next(want int) ([]byte, error) {
	if want < 1 {
		return nil, io.ErrShortBuffer
	}
	align := r.info.FrameBytes()
	if r.end-r.pos < align {
		r.fill(align)
		if r.end-r.pos < align {
			return nil, r.err
		}
	}
	n := min(want, (r.end-r.pos)/align) * align
	p := r.buf[r.pos : r.pos+n]
	r.pos += n
	r.returned += int64(n / align)
	return p, nil
}

// fill reads until a frame is buffered or r.err is set.
func (r *Reader) fill(align int) {
	r.end = copy(r.buf, r.buf[r.pos:r.end])
	r.pos = 0
	for r.end < align && r.err == nil {
		room := int64(len(r.buf) - r.end)
		if r.left < room {
			room = r.left
		}
		if room == 0 {
			r.err = r.complete()
			return
		}
		n, err := r.in.read(r.buf[r.end : r.end+int(room)])
		r.end += n
		if r.left != untilEnd {
			r.left -= int64(n)
		}
		if err != nil && r.left != 0 { // an error after the last byte is not ours
			r.err = r.stopped(err)
		}
	}
}

// complete returns the error that ends data of which every whole frame has been read.
func (r *Reader) complete() error {
	if size := r.extent.bytes; !r.extent.open && !r.evenEnd(size) {
		return &TruncatedError{Frames: r.info.Frames, Want: r.info.Frames + 1, Offset: r.info.DataOffset + size}
	}
	return io.EOF
}

// stopped returns the error that ends data when reading the input gave err.
func (r *Reader) stopped(err error) error {
	if err != io.EOF {
		return fmt.Errorf("reading WAV data at byte %d: %w", r.in.off, notEnd(err))
	}
	return r.inputEnded()
}

// inputEnded returns the error that ends data that the end of the input ended.
func (r *Reader) inputEnded() error {
	got := r.in.off - r.info.DataOffset
	want := r.info.Frames
	if r.extent.open {
		if r.evenEnd(got) {
			return io.EOF
		}
		want = -1
	}
	return &TruncatedError{Frames: got / int64(r.info.FrameBytes()), Want: want, Offset: r.in.off}
}

// evenEnd reports whether size bytes are whole frames, but for a pad byte if those are odd. The writers of some files
// count the pad byte as data.
func (r *Reader) evenEnd(size int64) bool {
	rest := size % int64(r.info.FrameBytes())
	return rest == 0 || rest == 1 && size%2 == 0
}
