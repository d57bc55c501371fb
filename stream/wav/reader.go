package wav

import (
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// A Reader is a stream.Source of the samples of a WAV file, and a stream.Sized. The package comment says which files it
// reads, how it treats wrong headers, and what it reports.
//
// If the header lacks the size of the data, the Reader looks for their end. NewReader searches an input that can seek,
// and recognises chunks of any name and the end of the outer chunk. From an input that cannot seek, the Reader holds
// bytes that may be chunks after the data, at most 16 MiB, until it knows whether they are.
//
// The result does not depend on how the underlying reader cuts its data. The Reader reads up to 64 KiB at a time. After
// NewReader it allocates nothing unless it holds such bytes. It does not close its input.
type Reader struct {
	file
	samples sampleReader

	pos, end int   // buf[pos:end] is read and not returned; pos is at a frame
	err      error // returned once buf is empty
	returned int64 // frames returned
	rest     bool  // ReadRest was called
}

var (
	_ stream.Source = (*Reader)(nil)
	_ stream.Sized  = (*Reader)(nil)
)

// NewReader reads the header, up to the first sample. If r can seek, it also reads the chunks after the data, and if
// the size of the data is unknown, it reads the whole input once. A size in the header never determines how much memory
// is allocated.
//
// Its errors say what is wrong with the file and at which byte. They are a [*FormatError] for another kind of file, an
// [*UnsupportedError] for an encoding that this package does not decode, an error that wraps io.ErrUnexpectedEOF if the
// input ends inside the header, or one that wraps the error of r. They are never io.EOF.
func NewReader(r io.Reader) (*Reader, error) {
	rd := &Reader{file: file{in: newInput(r), buf: make([]byte, blockBytes)}}
	if err := rd.readHeader(); err != nil {
		return nil, err
	}
	rd.describeData()
	if rd.in.seekable() {
		if err := rd.readAround(); err != nil {
			return nil, rd.in.failed("the chunks after the data", err)
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

// Info returns the description of the file by its header, with the actual length of the data where that is known.
func (r *Reader) Info() Info { return r.info }

// Format returns the frame rate and the number of channels.
func (r *Reader) Format() stream.Format {
	return stream.Format{Rate: stream.Rate{Num: r.info.Rate, Den: 1}, Channels: r.info.Channels}
}

// Frames returns the number of frames that are not read yet, by the header, or -1 if the header lacks that number and
// the input cannot seek. It implements stream.Sized.
func (r *Reader) Frames() int64 {
	if r.info.Frames < 0 {
		return -1
	}
	return r.info.Frames - r.returned
}

// Available returns the number of frames that are not read yet and that the input actually holds, or -1 if the input
// cannot seek. It is less than Frames for a truncated file.
func (r *Reader) Available() int64 {
	if !r.in.seekable() {
		return -1
	}
	if e := r.Truncated(); e != nil {
		return e.Frames - r.returned
	}
	return r.Frames()
}

// Notes returns a note for each part of the input that is not read, or is read differently than the header says, in the
// order in which they were found, at most 20. For an input that cannot seek, [Reader.ReadRest] adds those about the
// part after the data.
func (r *Reader) Notes() []Note { return r.notes }

// Chunks returns the chunks inside the outer one, in the order of the input, at most 1000. For an input that cannot
// seek, [Reader.ReadRest] adds those after the data.
func (r *Reader) Chunks() []Chunk { return r.chunks }

// Metadata returns the IDs of the chunks that a copy of the samples loses, each ID once, at most 20. It leaves out
// chunks of filler, chunks that a Writer writes itself, and a LIST chunk with only the name of the program that wrote
// the file. For an input that cannot seek, [Reader.ReadRest] adds those after the data.
func (r *Reader) Metadata() []string { return r.metadata }

// Truncated returns the error with which the stream ends if the input is shorter than its header says, otherwise nil.
// For an input that cannot seek it returns nil until Read has returned the error.
func (r *Reader) Truncated() *TruncatedError {
	if r.in.seekable() && r.start+r.size > r.in.size {
		return r.truncated(r.in.size - r.start)
	}
	e, _ := r.err.(*TruncatedError)
	return e
}

// Read decodes up to len(dst)/channels frames and returns their number, at least one unless it returns an error.
// Integers are scaled so that the smallest code is -1. 32-bit integers and 64-bit floats are rounded to float32;
// [Reader.ReadRaw] returns them unrounded. Read does not wait for more frames if it has any.
//
// The error is io.EOF at the end of complete data, a [*TruncatedError] at the end of incomplete data, or one that wraps
// the error of the underlying reader. It is io.ErrShortBuffer if dst is shorter than a frame.
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

// ReadRaw copies up to len(p)/Info().FrameBytes() frames, with samples in Info().Encoding, to p and returns the number
// of bytes, always whole frames. Otherwise it behaves like Read. Calls of the two may be mixed.
func (r *Reader) ReadRaw(p []byte) (n int, err error) {
	b, err := r.next(len(p) / r.info.FrameBytes())
	return copy(p, b), err
}

// next returns the bytes of 1 to want frames. They are valid until the next call.
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

// ended returns the error that ends the stream after the sampleReader returned err.
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

// setDataSize sets the size of the data chunk in the list of chunks.
func (r *Reader) setDataSize(size int64) {
	for i := range r.chunks {
		if r.chunks[i].Offset == r.start {
			r.chunks[i].Size = size
		}
	}
}

// truncated returns the error for data that end early, after size bytes.
func (r *Reader) truncated(size int64) *TruncatedError {
	return &TruncatedError{Frames: r.framesIn(size), Want: r.info.Frames, Offset: r.start + size}
}
