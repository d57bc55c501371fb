package wav

import (
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// A Reader is a stream.Source of the samples of a WAV file, and a stream.Sized.
//
// It reads integer PCM of 1 to 32 bits and float of 32 and 64 bits, and decodes G.711 (A-law, mu-law), IMA ADPCM and
// Microsoft ADPCM to 16 bits, with a plain or an extensible header, in RIFF, RF64 and BW64 files.
//
// The header does not always say where the samples end. A size of 0, one from 0x7FFF0000 to 0x80000000 and one from
// 0xFFFF0000 on mean that the writer did not know it. The samples then end before a chunk or a tag that cannot be
// samples, before chunks of known names that fill the rest of the input, before a second file, or where the input ends.
// An input that cannot seek holds back bytes that can be such chunks, up to 16 MiB, until it has shown whether they
// are. An input that can seek is searched by NewReader, and shows more: chunks of any name, and the end of the outer
// chunk. It also shows what follows the size in a header: one that wrapped at 4 GiB is read as what it was before. Any
// other size is a promise: if the input ends before, the frames there are come first and then a *TruncatedError.
//
// What the Reader skips or reads otherwise than the header says is in [Reader.Notes]. The chunks around the samples are
// in [Reader.Chunks].
//
// How the underlying reader cuts its data changes nothing. Reads are of up to 64 KiB, and after NewReader nothing is
// allocated unless bytes are held back. A Reader does not close its input.
type Reader struct {
	file
	samples sampleReader

	pos, end int   // undelivered bytes are buf[pos:end]; pos is at a frame
	err      error // what ends the stream once buf is empty
	returned int64 // frames
	rest     bool  // what follows the samples was read
}

var (
	_ stream.Source = (*Reader)(nil)
	_ stream.Sized  = (*Reader)(nil)
)

// NewReader reads the header, up to the first sample, and what follows the data if r can seek. Its errors say what is
// wrong with the file, at which byte, and are never io.EOF: *UnsupportedError for an encoding that this package does
// not know, one wrapping io.ErrUnexpectedEOF if the input ends inside the header, one wrapping the error of r if that
// fails.
//
// No claim in the header makes it allocate more. If the size of the data is unknown and r can seek, it reads the whole
// input once.
func NewReader(r io.Reader) (*Reader, error) {
	rd := &Reader{file: file{in: newInput(r), buf: make([]byte, blockBytes)}}
	if err := rd.readHeader(); err != nil {
		return nil, err
	}
	rd.describeData()
	if rd.in.seekable() {
		if err := rd.readAround(); err != nil {
			return nil, rd.in.failed("what follows the data", err)
		}
	}
	if rd.size == unknown {
		rd.samples = newUnsized(rd.in, rd.newSearch())
	} else {
		rd.samples = &sized{in: rd.in, left: rd.size}
	}
	if rd.coding != nil {
		rd.samples = newDecoder(rd.samples, rd.coding, rd.info.Frames, rd.fact, rd.start)
	}
	return rd, nil
}

// Info returns what the header says, and what the Reader found out about the end of the data.
func (r *Reader) Info() Info { return r.info }

// Format returns the frame rate and the number of channels.
func (r *Reader) Format() stream.Format {
	return stream.Format{Rate: stream.Rate{Num: r.info.Rate, Den: 1}, Channels: r.info.Channels}
}

// Frames returns the number of frames that are not read yet, or -1 if the input cannot seek and the header promises no
// number.
func (r *Reader) Frames() int64 {
	if r.info.Frames < 0 {
		return -1
	}
	return r.info.Frames - r.returned
}

// Available returns the number of frames that are not read yet and are there, whatever the header promises, or -1 if
// the input cannot seek.
func (r *Reader) Available() int64 {
	if !r.in.seekable() {
		return -1
	}
	if e := r.Truncated(); e != nil {
		return e.Frames - r.returned
	}
	return r.Frames()
}

// Notes returns what the Reader found, in the order in which it found it. If the input can seek that is everything,
// otherwise what follows the data is added by [Reader.ReadRest].
func (r *Reader) Notes() []Note { return r.notes }

// Chunks returns the chunks inside the outer one, in the order of the input, at most 1000: all of them if the input can
// seek, otherwise those up to the data, and after [Reader.ReadRest] all.
func (r *Reader) Chunks() []Chunk { return r.chunks }

// Metadata returns the IDs of chunks that hold more than samples, and which a copy of the samples loses. It knows those
// that [Reader.Chunks] returns, and leaves out filler, what a Writer writes itself, and a LIST chunk that holds only
// the name of the program that wrote the file. It returns at most 20.
func (r *Reader) Metadata() []string { return r.metadata }

// Truncated returns the error with which the stream will end because the input is shorter than the header promises, nil
// if it is not. Of an input that cannot seek this is known only at the end.
func (r *Reader) Truncated() *TruncatedError {
	if r.in.seekable() && r.start+r.size > r.in.size {
		return r.truncated(r.in.size - r.start)
	}
	e, _ := r.err.(*TruncatedError)
	return e
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

// ReadRaw copies up to len(p)/Info().FrameBytes() frames of samples in Info().Encoding to p and returns the number of
// bytes, a whole number of frames. Everything else is as with Read, and the two may be mixed.
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
		n, err := r.samples.read(r.buf[r.end:])
		r.end += n
		if err != nil {
			r.err = r.ended(err)
		}
	}
}

// ended returns the error that ends the stream when reading the samples returned err.
func (r *Reader) ended(err error) error {
	switch err {
	case io.EOF:
		if !r.in.seekable() {
			size := r.in.off - r.start
			r.setDataSize(size)
			spare := r.spare(size)
			r.notePart(size-spare, spare+r.part)
		}
		return io.EOF
	case errTruncated:
		return r.truncated(r.in.off - r.start)
	}
	if _, ok := err.(*blockError); ok {
		return err
	}
	return fmt.Errorf("reading WAV data at byte %d: %w", r.in.off, notEnd(err))
}

// setDataSize sets the size of the data chunk in the list.
func (r *Reader) setDataSize(size int64) {
	for i := range r.chunks {
		if r.chunks[i].Offset == r.start {
			r.chunks[i].Size = size
		}
	}
}

// truncated returns the error for data that break off after size bytes.
func (r *Reader) truncated(size int64) *TruncatedError {
	return &TruncatedError{Frames: r.framesIn(size), Want: r.info.Frames, Offset: r.start + size}
}
