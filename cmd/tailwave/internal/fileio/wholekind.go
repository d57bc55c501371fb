package fileio

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/tailwave/tailwave/stream/npy"
)

// wholeBytes is the number of bytes that show the kind of a file where only sound is expected. A tar archive has its
// signature at byte 257.
const wholeBytes = 264

// wholeKind returns the kind of a file that begins with head and is not sound; nil if head shows no kind. It recognises
// kinds that kindOf cannot: bare frames could begin in the same way.
func wholeKind(head []byte) *kind {
	const ustar = 257
	switch {
	case bytes.HasPrefix(head, []byte(npy.Magic)):
		return &array
	case len(head) >= wholeBytes && bytes.HasPrefix(head[ustar:], []byte("ustar")):
		return &tarball
	case bytes.HasPrefix(head, []byte("BM")) && len(head) > 26 && string(head[6:10]) == "\x00\x00\x00\x00":
		return &image
	case bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return &archive
	case bytes.HasPrefix(head, []byte("\x1f\x8b\x08")):
		return &gzip
	case isText(head):
		return &text
	}
	return nil
}

// tarName reports whether head, shorter than wholeBytes, begins like a tar archive: with a name, padded with zeros to
// 100 bytes.
func tarName(head []byte) bool {
	name, padding, padded := bytes.Cut(head[:min(len(head), 100)], []byte{0})
	return padded && isText(name) && len(bytes.Trim(padding, "\x00")) == 0
}

// isText reports whether head is the beginning of a text in UTF-8 or UTF-16. It may end inside a character.
func isText(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return len(head) > 3 && (head[2] == 0) != (head[3] == 0)
	}
	for i := 0; i < len(head); {
		r, n := utf8.DecodeRune(head[i:])
		if n == 1 && r == utf8.RuneError {
			return i > 0 && !utf8.FullRune(head[i:]) // head ends inside a character
		}
		if unicode.IsControl(r) && !unicode.IsSpace(r) {
			return false
		}
		i += n
	}
	return len(head) > 0
}
