package wav

import (
	"bytes"
	"encoding/binary"
	"io"
)

// An ID3v1 tag is 128 bytes at the end of a file that begin with id3v1.
const (
	id3v1      = "TAG"
	id3v1Bytes = 128
)

// maxTags bounds the number of ID3 tags in front of a file.
const maxTags = 10

// maxPadding bounds the bytes between an ID3 tag and the outer chunk.
const maxPadding = 1 << 20

// skipTags skips ID3v2 tags, which some programs put in front of the outer chunk, and the padding after them.
func (f *file) skipTags() error {
	for range maxTags {
		offset := f.in.off
		size := id3v2Size(f.in.peek(10))
		if size == 0 {
			return nil
		}
		if err := f.in.skip(size, f.buf); err == io.EOF {
			return ends("truncated file: ends inside an ID3v2 tag of %s, at byte %d: get a complete copy of the file",
				sizeText(uint64(size)), f.in.off)
		} else if err != nil {
			return f.in.failed("an ID3 tag", err)
		}
		if err := f.findOuter(); err != nil {
			return err
		}
		f.note(offset, "ID3v2 tag of %d bytes in front of the file: not read", f.in.off-offset)
	}
	return nil
}

// findOuter skips to the outer chunk or the next tag after a tag. Some programs pad tags, and some encode their size
// differently than the standard.
func (f *file) findOuter() error {
	for passed := 0; passed < maxPadding; {
		next := f.in.peek(aheadBytes)
		if cut(next) {
			return ends("truncated WAV header: input ends at byte %d after an ID3 tag: get a complete copy of the file",
				f.in.off+int64(len(next)))
		}
		first := next[:min(headBytes, len(next))]
		if _, ok := container(first); !ok && passed == 0 && id3v2Size(first) == 0 && looksLike(first) != "" {
			return notWAV(first)
		}
		i := 0
		for ; i+headBytes <= len(next); i++ {
			if _, ok := container(next[i:]); ok || id3v2Size(next[i:]) > 0 {
				return f.in.skip(int64(i), f.buf)
			}
		}
		if len(next) < aheadBytes {
			break
		}
		if err := f.in.skip(int64(i), f.buf); err != nil {
			return f.in.failed("the bytes after an ID3 tag", err)
		}
		passed += i
	}
	return notWAV([]byte("ID3"))
}

// id3v2Size returns the size of the ID3v2 tag that p begins with, or 0 without one. By ID3v2.4.0, section 3.1
// (id3.org), each byte of the size holds 7 bits. If one holds 8, the size is a plain big-endian number, as some
// programs write it.
func id3v2Size(p []byte) int64 {
	if len(p) < 10 || string(p[:3]) != "ID3" || p[3] == 0xFF || p[4] == 0xFF {
		return 0
	}
	size := int64(10)
	if p[5]&0x10 != 0 { // a footer as long as the header
		size += 10
	}
	if (p[6] | p[7] | p[8] | p[9]) >= 0x80 {
		return size + int64(binary.BigEndian.Uint32(p[6:]))
	}
	return size + (int64(p[6])<<21 | int64(p[7])<<14 | int64(p[8])<<7 | int64(p[9]))
}

// isTag reports whether p begins with an APE tag or an ID3v2 tag.
func isTag(p []byte) bool {
	if bytes.HasPrefix(p, []byte("APETAGEX")) {
		return true
	}
	return len(p) >= 10 && string(p[:3]) == "ID3" && p[3] >= 2 && p[3] <= 4 && p[4] == 0 && p[5]&0x0F == 0 &&
		(p[6]|p[7]|p[8]|p[9]) < 0x80
}

// tagName returns the name of the tag that p begins with, for a note, or "".
func tagName(p []byte) string {
	switch {
	case bytes.HasPrefix(p, []byte(id3v1)):
		return ", an ID3v1 tag"
	case bytes.HasPrefix(p, []byte("APE")):
		return ", an APE tag"
	case isTag(p):
		return ", an ID3v2 tag"
	}
	return ""
}
