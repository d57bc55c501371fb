package fileio

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// kindBytes is how many bytes show the kind of a file.
const kindBytes = 64

// starts are what kinds begin with that need no closer look.
var starts = []struct {
	start string
	kind  *kind
}{
	{"\x89HDF\r\n\x1a\n", &hdf5},
	{"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", &torch}, // without an archive, before PyTorch 1.6
	{"\x80\x02}q\x00", &pickle}, {"\x80\x03}q\x00", &pickle},             // dictionaries
	{"\x80\x02]q\x00", &pickle}, {"\x80\x03]q\x00", &pickle}, // lists
	{"\x80\x02cnumpy", &pickle}, {"\x80\x03cnumpy", &pickle}, {"cnumpy", &pickle},
	{"\x80\x02ctorch", &pickle}, {"\x80\x03ctorch", &pickle},
	{"\x1f\x8b\x08\x00", &gzip}, {"\x1f\x8b\x08\x08", &gzip},
}

// kindOf returns the kind of a file that begins with head, nil if it is none of them. If it is nil and open, more bytes
// may show one, up to kindBytes. Frames can begin with any bytes, so that each signature has at least five of them, or
// values that no frame of mels has.
func kindOf(head []byte) (k *kind, open bool) {
	for _, s := range starts {
		if strings.HasPrefix(string(head), s.start) {
			return s.kind, false
		}
		open = open || strings.HasPrefix(s.start, string(head))
	}
	for _, find := range []func([]byte) (*kind, bool){zipKind, framedPickle, safetensorsKind, onnxKind, textKind} {
		k, more := find(head)
		if k != nil {
			return k, false
		}
		open = open || more && len(head) < kindBytes
	}
	return nil, open
}

// zipKind is kindOf for ZIP archives: the header of the first file, 30 bytes, and its name.
func zipKind(head []byte) (*kind, bool) {
	const start, fixed = "PK\x03\x04", 30
	if !bytes.HasPrefix(head, []byte(start)) {
		return nil, strings.HasPrefix(start, string(head))
	}
	if len(head) < fixed {
		return nil, true
	}
	method, length := binary.LittleEndian.Uint16(head[8:]), int(binary.LittleEndian.Uint16(head[26:]))
	if head[5] > 63 || method > 99 || length == 0 || length > 4096 {
		return nil, false
	}
	name := head[fixed:min(len(head), fixed+length)]
	switch {
	case len(name) < length && len(head) < kindBytes:
		return nil, true
	case bytes.HasSuffix(name, []byte(".npy")):
		return &npz, false
	case bytes.Contains(name, []byte("/data.pkl")) || bytes.Contains(name, []byte("/.format_version")) ||
		bytes.Contains(name, []byte("/byteorder")):
		return &torch, false
	}
	return &archive, false
}

// framedPickle is kindOf for pickles of protocol 4 and 5: an opcode with the length of what follows, below 4 GB.
func framedPickle(head []byte) (*kind, bool) {
	for i, b := range head[:min(len(head), 11)] {
		if i == 0 && b != 0x80 || i == 1 && b != 4 && b != 5 || i == 2 && b != 0x95 || i > 6 && b != 0 {
			return nil, false
		}
	}
	if len(head) < 11 {
		return nil, true
	}
	return &pickle, false
}

// safetensorsKind is kindOf for .safetensors: the length of a JSON object, below 4 GB, and the object.
func safetensorsKind(head []byte) (*kind, bool) {
	for i, b := range head[:min(len(head), 10)] {
		if i > 3 && i < 8 && b != 0 || i == 8 && b != '{' || i == 9 && b != '"' {
			return nil, false
		}
	}
	if len(head) < 10 {
		return nil, true
	}
	return &safetensors, false
}

// textBytes is how many bytes must be those of text: the chance that those of 8 values are is below 1e-10.
const textBytes = 32

// textKind is kindOf for text in ASCII.
func textKind(head []byte) (*kind, bool) {
	for _, b := range head[:min(len(head), textBytes)] {
		if (b < ' ' || b > '~') && b != '\n' && b != '\r' && b != '\t' {
			return nil, false
		}
	}
	if len(head) < textBytes {
		return nil, true
	}
	start := strings.ToLower(string(head))
	switch {
	case strings.HasPrefix(start, "version https://git-lfs"):
		return &pointer, false
	case strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html"):
		return &page, false
	}
	return &text, false
}

// onnxKind is kindOf for ONNX: fields 1 and 2 of a protocol buffer, the version and the name of what wrote it.
func onnxKind(head []byte) (*kind, bool) {
	const name = 4
	for i, b := range head[:min(len(head), 2*name)] {
		if i == 0 && b != 0x08 || i == 1 && b > 31 || i == 2 && b != 0x12 || i == 3 && (b < name || b > 31) ||
			i >= name && (b < ' ' || b > '~') {
			return nil, false
		}
	}
	if len(head) < 2*name {
		return nil, true
	}
	return &onnx, false
}

// soundStarts are what sound begins with that is not WAV. As float32 they are values that no frame of mels has, except
// that of FLAC, which therefore includes the first block.
var soundStarts = []string{
	"RIFX", "riff", "FORM", "OggS", "ID3", "caff", ".snd", "\x1a\x45\xdf\xa3", "fLaC\x00\x00\x00", "fLaC\x80\x00\x00",
}

// otherSound reports whether head is the beginning of sound that is not WAV. If it is not and open, more bytes may show
// it, up to kindBytes. MP3 begins with 11 bits, which a value may have, so that the tag of its encoder must follow.
func otherSound(head []byte) (is, open bool) {
	for _, start := range soundStarts {
		if strings.HasPrefix(string(head), start) {
			return true, false
		}
		open = open || strings.HasPrefix(start, string(head))
	}
	if len(head) >= 2 && head[0] == 0xff && head[1]&0xe6 == 0xe2 { // layer III
		if bytes.Contains(head, []byte("Xing")) || bytes.Contains(head, []byte("Info")) {
			return true, false
		}
		return false, len(head) < kindBytes
	}
	const mp4 = "\x00\x00\x00?ftyp" // with any length
	for i, b := range head[:min(len(head), len(mp4))] {
		if i != 3 && b != mp4[i] {
			return false, open
		}
	}
	return len(head) >= len(mp4), open || len(head) < len(mp4)
}
