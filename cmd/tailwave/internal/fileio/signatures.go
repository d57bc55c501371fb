package fileio

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// kindBytes is the number of bytes that show the kind of a file.
const kindBytes = 64

// starts are the first bytes of kinds that are recognised by them alone.
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
	{"BZh91AY&SY", &packed}, {"\xfd7zXZ\x00", &packed}, {"7z\xbc\xaf\x27\x1c", &packed}, {"Rar!\x1a\x07", &packed},
	{"\x28\xb5\x2f\xfd", &packed}, // Zstandard; as float32 -1.5e37
	{"\x89LYRA\r\n\x1a", &codes},
	{"\x89PNG\r\n\x1a\n", &image}, {"GIF87a", &image}, {"GIF89a", &image}, {"II*\x00\x08\x00\x00\x00", &image},
	{"\xff\xd8\xff\xdb", &image}, {"\xff\xd8\xff\xe0", &image}, {"\xff\xd8\xff\xe1", &image}, // JPEG; below -1e17
	{"\xff\xd8\xff\xe2", &image}, {"\xff\xd8\xff\xed", &image}, {"\xff\xd8\xff\xee", &image},
	{"%PDF-", &pdf}, {"MThd\x00\x00\x00\x06", &midi}, {"SQLite format 3\x00", &database},
	{"\x7fELF\x01", &program}, {"\x7fELF\x02", &program},
	{"GGUF\x02\x00\x00\x00", &gguf}, {"GGUF\x03\x00\x00\x00", &gguf},
	{"MATLAB 5.0 MAT-file", &matlab},
}

// kindOf returns the kind of a file that begins with head; nil if head shows no kind. open then reports that more
// bytes, up to kindBytes, may show one. Frames can begin with any bytes, so each signature has at least five bytes, or
// values that mel frames do not have.
func kindOf(head []byte) (k *kind, open bool) {
	for _, s := range starts {
		if strings.HasPrefix(string(head), s.start) {
			return s.kind, false
		}
		open = open || strings.HasPrefix(s.start, string(head))
	}
	for _, find := range []func([]byte) (*kind, bool){zipKind, framedPickle, safetensorsKind, tfliteKind, onnxKind, textKind} {
		k, more := find(head)
		if k != nil {
			return k, false
		}
		open = open || more && len(head) < kindBytes
	}
	return nil, open
}

// zipKind is kindOf for ZIP archives. It reads the header of the first file, 30 bytes, and the name after it.
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

// framedPickle is kindOf for pickles of protocol 4 and 5, which begin with the opcode of a frame and its length, below
// 4 GB.
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

// safetensorsKind is kindOf for .safetensors, which begin with the length of a JSON object, below 4 GB, and the object.
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

// textBytes is the number of bytes that must be text: for 8 random values the chance is below 1e-10.
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

// tfliteKind is kindOf for TensorFlow Lite models, which begin with an offset below 256, and the identifier of the
// format.
func tfliteKind(head []byte) (*kind, bool) {
	const start = "?\x00\x00\x00TFL3" // with any offset
	for i, b := range head[:min(len(head), len(start))] {
		if i > 0 && b != start[i] {
			return nil, false
		}
	}
	if len(head) < len(start) {
		return nil, true
	}
	return &tflite, false
}

// onnxKind is kindOf for ONNX, a protocol buffer that begins with field 1, the version, and field 2, the name of the
// program that wrote it.
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

// soundStarts are the first bytes of sound formats other than WAV. As float32 they are values that mel frames do not
// have. That of FLAC is not, and therefore includes the first block.
var soundStarts = []string{
	"RIFX", "riff", "FORM", "OggS", "ID3", "caff", ".snd", "\x1a\x45\xdf\xa3", "fLaC\x00\x00\x00", "fLaC\x80\x00\x00",
}

// otherSound reports whether head is the beginning of sound that is not WAV. If it is not, open reports that more
// bytes, up to kindBytes, may show it. The first 11 bits of MP3 also occur in values, so the tag of an encoder must
// follow.
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
