package wav

import "io"

// id3v1 begins the tag of 128 bytes at the end of a file.
const (
	id3v1      = "TAG"
	id3v1Bytes = 128
)

// maxTags bounds the ID3 tags before a file.
const maxTags = 10

// skipTags passes over ID3v2 tags, which some programs put in front of the outer chunk.
func (f *file) skipTags() error {
	for range maxTags {
		size := id3v2Size(f.in.peek(10))
		if size == 0 {
			return nil
		}
		offset := f.in.off
		if err := f.in.skip(size, f.buf); err != nil && err != io.EOF {
			return f.in.failed("an ID3 tag", err)
		}
		next := f.in.peek(12)
		if _, ok := container(next); !ok && id3v2Size(next) == 0 {
			if looksLike(next) == "" {
				next = []byte("ID3")
			}
			return notWAV(next)
		}
		f.note(offset, "ID3v2 tag of %d bytes in front of the file: not read", size)
	}
	return nil
}

// id3v2Size returns the size of the ID3v2 tag that p begins, or 0. Its format is that of id3.org, ID3v2.4.0 section
// 3.1: sizes have 7 bits in a byte.
func id3v2Size(p []byte) int64 {
	if len(p) < 10 || string(p[:3]) != "ID3" || p[3] == 0xFF || p[4] == 0xFF {
		return 0
	}
	size := int64(10)
	if p[5]&0x10 != 0 { // a footer as long as the header
		size += 10
	}
	var payload int64
	for _, b := range p[6:10] {
		if b >= 0x80 {
			return 0
		}
		payload = payload<<7 | int64(b)
	}
	return size + payload
}
