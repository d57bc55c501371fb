package wav

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// notWAV returns the error for an input that begins with p, up to 12 bytes, and is not a WAV file.
func notWAV(p []byte) error {
	if len(p) == 0 {
		return errors.New("empty input: check the program that writes it, or name a WAV file")
	}
	if cut(p) {
		return ends("truncated WAV header: input ends at byte %d in the outer chunk: get a complete copy of the file",
			len(p))
	}
	if name := looksLike(p); name != "" {
		return &FormatError{name}
	}
	return fmt.Errorf("not a WAV file: begins with the bytes % x, need \"RIFF....WAVE\": "+
		"convert this one with ffmpeg, or name a WAV file", p)
}

// cut reports whether p is shorter than the 12 bytes that begin a WAV file, and matches them so far.
func cut(p []byte) bool {
	name, kind := string(p[:min(len(p), 4)]), string(p[min(len(p), 8):])
	if len(p) >= 12 || !strings.HasPrefix("WAVE", kind) {
		return false
	}
	for _, c := range [...]Container{RIFF, RF64, BW64} {
		if strings.HasPrefix(c.String(), name) {
			return true
		}
	}
	return false
}

// looksLike returns the name of the format of a file that begins with p, or "" if it is not known.
func looksLike(p []byte) string {
	at := func(off int, s string) bool { return len(p) >= off && bytes.HasPrefix(p[off:], []byte(s)) }
	switch {
	case at(0, "RIFX"):
		return "big-endian WAV (RIFX)"
	case at(0, "RIFF") && len(p) == 12:
		return fmt.Sprintf("RIFF of type %q", p[8:])
	case at(0, "riff"):
		return "Sony Wave64"
	case at(0, "FORM") && (at(8, "AIFF") || at(8, "AIFC")):
		return "AIFF"
	case at(0, "fLaC"):
		return "FLAC"
	case at(0, "OggS"):
		return "Ogg"
	case at(0, "ID3"):
		return "MP3 (ID3 tag)"
	case at(4, "ftyp"):
		return "MP4 or M4A"
	case at(0, "caff"):
		return "Core Audio Format"
	case at(0, ".snd"):
		return "Sun au"
	case at(0, "\x1A\x45\xDF\xA3"):
		return "Matroska or WebM"
	case len(p) >= 2 && p[0] == 0xFF && p[1]&0xF6 == 0xF0:
		return "AAC (ADTS)"
	case len(p) >= 2 && p[0] == 0xFF && p[1]&0xE0 == 0xE0 && p[1]&0x18 != 0x08 && p[1]&0x06 != 0:
		return "MP3"
	}
	return ""
}
