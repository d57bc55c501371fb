package wav

import (
	"fmt"
	"io"
)

// maxHeaderChunks bounds the chunks before the data, so that an endless input of empty ones is refused.
const maxHeaderChunks = 10000

// container returns the kind of a file that begins with p, or false if it is none of ours.
func container(p []byte) (Container, bool) {
	if len(p) < 12 || string(p[8:12]) != "WAVE" {
		return 0, false
	}
	for _, c := range [...]Container{RIFF, RF64, BW64} {
		if string(p[:4]) == c.String() {
			return c, true
		}
	}
	return 0, false
}

// readHeader reads up to the first sample and fills in r.info and r.extent.
func (r *Reader) readHeader() error {
	head := r.buf[:12]
	n, err := r.in.full(head)
	if err != nil && err != io.EOF {
		return r.in.failed("the first bytes", err)
	}
	file, err := parseOuter(head[:n])
	if err != nil {
		return err
	}
	r.info.Container = file.kind
	for range maxHeaderChunks {
		head := r.buf[:8]
		n, err := r.in.full(head)
		if err == io.EOF && n == 0 {
			return r.incomplete()
		}
		if err != nil {
			return r.in.failed("a chunk header", err)
		}
		id, size := parseChunk(head)
		switch {
		case id == "data":
			return r.beginData(file, size)
		case id == "fmt " && r.info.Channels == 0:
			err = r.readFmt(int64(size))
		case id == "ds64" && file.wantsDS64():
			err = r.readDS64(&file, int64(size))
		default:
			err = r.skipRest(id, int64(size), 0)
		}
		if err != nil {
			return err
		}
	}
	return fmt.Errorf("no data chunk among the first %d chunks: not a usable WAV file", maxHeaderChunks)
}

// incomplete is the error for an input that ends before a data chunk.
func (r *Reader) incomplete() error {
	if r.info.Channels == 0 {
		return fmt.Errorf("no fmt and no data chunk in the %d bytes of this WAV file; get a complete copy: %w",
			r.in.off, io.ErrUnexpectedEOF)
	}
	return fmt.Errorf("no data chunk in the %d bytes of this WAV file; get a complete copy: %w", r.in.off, io.ErrUnexpectedEOF)
}

// readFmt reads a fmt chunk. Only as many bytes as are used are kept, whatever the size claims.
func (r *Reader) readFmt(size int64) error {
	offset := r.in.off
	p := r.buf[:min(size, fmtExtensible)]
	if _, err := r.in.full(p); err != nil {
		return r.in.failed("the fmt chunk", err)
	}
	if err := r.info.parseFmt(p, offset-8); err != nil {
		return err
	}
	return r.skipRest("fmt ", size, int64(len(p)))
}

// readDS64 reads a ds64 chunk.
func (r *Reader) readDS64(file *outer, size int64) error {
	if size < ds64Min {
		return fmt.Errorf("ds64 chunk at byte %d: %d bytes long, need at least %d; the header is damaged",
			r.in.off-8, size, ds64Min)
	}
	p := r.buf[:ds64Min]
	if _, err := r.in.full(p); err != nil {
		return r.in.failed("the ds64 chunk", err)
	}
	file.setDS64(p)
	return r.skipRest("ds64", size, ds64Min)
}

// skipRest passes over what is left of a chunk, the pad byte included, when used bytes of it have been read.
func (r *Reader) skipRest(id string, size, used int64) error {
	err := r.in.skip(size+size%2-used, r.buf)
	if err == nil {
		return nil
	}
	return r.in.failed(fmt.Sprintf("the chunk %q of %d bytes", id, size), err)
}

// beginData settles where the samples end.
func (r *Reader) beginData(file outer, size uint32) error {
	i := &r.info
	if i.Channels == 0 {
		return fmt.Errorf("data chunk at byte %d comes before any fmt chunk; the header is damaged", r.in.off-8)
	}
	start, align := r.in.off, int64(i.FrameBytes())
	var peeked int
	var readErr error
	ext, err := file.dataExtent(size, start, align, func(n int) ([]byte, error) {
		peeked, readErr = r.in.full(r.buf[:n])
		return r.buf[:peeked], nil // an error comes after the samples before it
	})
	if err != nil {
		return err
	}
	if ext.open {
		r.end = peeked
	}
	r.extent = ext
	i.DataOffset, i.DataBytes, i.Frames = start, -1, -1
	if !ext.open {
		i.DataBytes, i.Frames = ext.bytes, ext.bytes/align
	}
	if readErr != nil {
		r.err = r.stopped(readErr)
	}
	return nil
}
