package wav

import (
	"fmt"
	"io"
)

// maxHeaderChunks bounds the chunks before the data and the chunks after it, so that an endless series of empty chunks
// does not read forever.
const maxHeaderChunks = 10000

// A file holds what was read of a WAV file around its samples: the header and, if the input can seek, the chunks after
// the data.
type file struct {
	in  *input
	buf []byte // scratch for skipping and searching; buffer of the Reader

	outer   outer
	info    Info
	coding  *coding // nil for samples in a format of package pcm
	fact    int64   // frames by the fact chunk, 0 without one
	start   int64   // offset of the first byte of the data
	size    int64   // of the data in bytes, whole frames only, or unknown
	part    int64   // bytes of an incomplete frame after size bytes
	hasData bool    // the data chunk was found

	searchErr error // first error of a read during a search
	fmtLast   bool  // the fmt chunk follows the data

	chunks   []Chunk
	unlisted bool // the file has more chunks than are listed
	metadata []string
	notes    []Note
}

// container returns the kind of the WAV file that begins with p, or false if p does not begin one.
func container(p []byte) (Container, bool) {
	if len(p) < 12 || string(p[8:12]) != "WAVE" {
		return 0, false
	}
	return containerName(p)
}

// containerName returns the kind of the outer chunk that begins with p. Its type, WAVE or another, is not checked.
func containerName(p []byte) (Container, bool) {
	for _, c := range [...]Container{RIFF, RF64, BW64} {
		if len(p) >= 4 && string(p[:4]) == c.String() {
			return c, true
		}
	}
	return 0, false
}

// isOuter reports whether p begins with the ID of an outer chunk.
func isOuter(p []byte) bool {
	_, ok := containerName(p)
	return ok
}

// readHeader reads up to the first sample, or up to the end of the fmt chunk if that follows the data.
func (f *file) readHeader() error {
	if err := f.readOuter(); err != nil {
		return err
	}
	for range maxHeaderChunks {
		head := f.buf[:8]
		n, err := f.in.full(head)
		if err == io.EOF && n == 0 {
			return f.incomplete()
		}
		if err != nil {
			return f.in.failed("a chunk header", err)
		}
		id, size := parseChunk(head)
		switch {
		case id == "data" && !f.hasData:
			if err := f.beginData(size); err != nil || f.info.Channels > 0 {
				return err
			}
			err = f.skipData()
		case id == "fmt " && f.info.Channels == 0:
			f.fmtLast = f.hasData
			if err := f.readFmt(int64(size)); err != nil || f.fmtLast {
				return err
			}
		case id == "fmt ":
			f.note(f.in.off-8, "second fmt chunk at byte %d: not read", f.in.off-8)
			err = f.skipRest(id, int64(size), 0)
		case id == "ds64" && f.outer.wantsDS64():
			err = f.readDS64(int64(size))
		case id == "fact" && size >= 4:
			err = f.readFact(int64(size))
		default:
			f.addChunk(Chunk{id, f.in.off, int64(size)}, f.in.peek(int(min(size, aheadBytes))))
			err = f.skipRest(id, int64(size), 0)
		}
		if err != nil {
			return err
		}
	}
	return fmt.Errorf("the first %d chunks lack a fmt or a data chunk: %s", maxHeaderChunks, damaged)
}

// readOuter skips ID3 tags and reads the first 12 bytes of the file.
func (f *file) readOuter() error {
	if err := f.skipTags(); err != nil {
		return err
	}
	f.outer.start = f.in.off
	head := f.buf[:12]
	n, err := f.in.full(head)
	if err != nil && err != io.EOF {
		return f.in.failed("the first bytes", err)
	}
	var ok bool
	if f.outer.kind, ok = container(head[:n]); !ok {
		return notWAV(head[:n])
	}
	_, f.outer.size32 = parseChunk(head)
	f.info.Container = f.outer.kind
	return nil
}

// incomplete returns the error for an input that ends without a fmt chunk or without a data chunk.
func (f *file) incomplete() error {
	what := "no data chunk"
	switch {
	case f.hasData:
		return ends("no fmt chunk in the %d bytes of this WAV file, but a data chunk at byte %d, of %s by its header: "+
			"get a complete copy of the file", f.in.size, f.start-8, sizeText(uint64(f.size)))
	case f.info.Channels == 0:
		what = "no fmt and no data chunk"
	}
	return ends("%s in the %d bytes of this WAV file: get a complete copy of the file", what, f.in.off)
}

// readFmt reads a fmt chunk. It keeps at most fmtMost bytes, so that a large size allocates nothing.
func (f *file) readFmt(size int64) error {
	offset := f.in.off
	p := f.buf[:min(size, fmtMost)]
	if n, err := f.in.full(p); err != nil && int64(n) < min(size, fmtExtensible) {
		return f.in.failed("the fmt chunk", err)
	} else if err != nil {
		return f.in.failed(chunkName("fmt ", size), err)
	}
	if err := f.parseFmt(p, offset-8); err != nil {
		return err
	}
	f.addChunk(Chunk{"fmt ", offset, size}, nil)
	return f.skipRest("fmt ", size, int64(len(p)))
}

// readDS64 reads a ds64 chunk.
func (f *file) readDS64(size int64) error {
	offset := f.in.off
	if size < ds64Min {
		return fmt.Errorf("ds64 chunk at byte %d: %d bytes long, need at least %d: %s",
			offset-8, size, ds64Min, damaged)
	}
	p := f.buf[:ds64Min]
	if _, err := f.in.full(p); err != nil {
		return f.in.failed("the ds64 chunk", err)
	}
	f.outer.setDS64(p)
	f.addChunk(Chunk{"ds64", offset, size}, nil)
	return f.skipRest("ds64", size, ds64Min)
}

// readFact reads the number of frames in a fact chunk.
func (f *file) readFact(size int64) error {
	f.addChunk(Chunk{"fact", f.in.off, size}, nil)
	if p := f.in.peek(4); len(p) == 4 {
		f.fact = le32At(p)
	}
	return f.skipRest("fact", size, 0)
}

// chunkName names a chunk and the size in its header, for errors.
func chunkName(id string, size int64) string {
	return fmt.Sprintf("the chunk %q of %s", id, sizeText(uint64(size)))
}

// skipRest skips the rest of a chunk, including its pad byte, after used bytes of the payload have been read.
func (f *file) skipRest(id string, size, used int64) error {
	err := f.in.skip(size-used, f.buf)
	if err == nil {
		err = f.skipPad(size)
	}
	if err == nil {
		return nil
	}
	return f.in.failed(chunkName(id, size), err)
}

// skipPad skips the pad byte after a payload of size bytes, if the input has one.
func (f *file) skipPad(size int64) error { return f.in.skip(padding(size, f.in.peek(5)), f.buf) }

// frameBytes returns the size of a frame in the file in bytes; for coded samples, the size of a block.
func (f *file) frameBytes() int64 {
	if f.coding != nil {
		return int64(f.coding.blockBytes)
	}
	return int64(max(1, f.info.FrameBytes()))
}

// spare returns the number of bytes at the end of size bytes of data that are too few for a frame.
func (f *file) spare(size int64) int64 {
	if f.coding != nil {
		return f.coding.spare(size)
	}
	return size % f.frameBytes()
}

// framesIn returns the number of whole frames in size bytes of data.
func (f *file) framesIn(size int64) int64 {
	if f.coding != nil {
		return f.coding.frames(size, f.fact)
	}
	return size / f.frameBytes()
}
