package fileio

import (
	"bytes"
	"strings"
)

// Files that are text, or that are not frames at all.
var (
	text    = kind{"text", "save its numbers as an array, with np.save(%s, mel)"}
	page    = kind{"a web page", "get the file itself"}
	pointer = kind{"a Git LFS pointer, not the file itself", "get the file with git lfs pull"}
	onnx    = kind{"an ONNX model", "save the frames that it is to play with np.save(%s, mel)"}
	gzip    = kind{"compressed with gzip", "unpack it with gunzip"}
)

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
