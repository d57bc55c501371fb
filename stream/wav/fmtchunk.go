package wav

import (
	"encoding/binary"
	"fmt"

	"github.com/tailwave/tailwave/dsp/pcm"
)

const (
	tagPCM        = 0x0001
	tagFloat      = 0x0003
	tagExtensible = 0xFFFE

	fmtMin        = 16   // payload of a plain fmt chunk
	fmtExtensible = 40   // payload of an extensible one
	maxChannels   = 1024 // that are read or written
)

// guidTail follows the two bytes of the tag in the GUID of a format that has a tag.
const guidTail = "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xAA\x00\x38\x9B\x71"

// tagNames are the encodings one may meet in practice.
var tagNames = map[uint16]string{
	0x0002: "Microsoft ADPCM",
	0x0006: "A-law",
	0x0007: "mu-law",
	0x0011: "IMA ADPCM",
	0x0016: "G.723 ADPCM",
	0x0031: "GSM 6.10",
	0x0040: "G.721 ADPCM",
	0x0050: "MPEG layer 2",
	0x0055: "MP3",
	0x0064: "G.726 ADPCM",
	0x00FF: "AAC",
	0x0161: "Windows Media Audio",
	0x2000: "AC-3",
	0x2001: "DTS",
	0xF1AC: "FLAC",
}

// parseFmt sets what the payload of a fmt chunk says. p holds the first bytes of the payload, all of it or at least 40
// bytes; offset is where it begins, for errors.
func (i *Info) parseFmt(p []byte, offset int64) error {
	if len(p) < fmtMin {
		return fmt.Errorf("fmt chunk at byte %d: %d bytes long, need at least %d; the header is damaged", offset, len(p), fmtMin)
	}
	le := binary.LittleEndian
	tag, channels, rate := le.Uint16(p), int(le.Uint16(p[2:])), le.Uint32(p[4:])
	align, bits := frameBytes(p), int(le.Uint16(p[14:]))
	valid := bits
	if tag == tagExtensible {
		if len(p) < fmtExtensible || le.Uint16(p[16:]) < fmtExtensible-18 {
			return fmt.Errorf("fmt chunk at byte %d: too short for an extensible format; the header is damaged", offset)
		}
		if string(p[26:fmtExtensible]) != guidTail {
			return &UnsupportedError{Tag: tag, Bits: bits, Name: fmt.Sprintf("sub-format GUID % x", p[24:fmtExtensible])}
		}
		i.Extensible = true
		i.ChannelMask = le.Uint32(p[20:])
		tag = le.Uint16(p[24:])
		if v := int(le.Uint16(p[18:])); v != 0 && tag == tagPCM {
			valid = v
		}
	}
	i.Tag, i.Bits, i.Channels, i.Rate = tag, valid, channels, int64(rate)
	if err := i.setEncoding(bits); err != nil {
		return err
	}
	switch {
	case channels == 0:
		return fmt.Errorf("fmt chunk at byte %d: 0 channels; the header is damaged", offset)
	case channels > maxChannels:
		return fmt.Errorf("fmt chunk at byte %d: %d channels, can read at most %d", offset, channels, maxChannels)
	case rate == 0:
		return fmt.Errorf("fmt chunk at byte %d: sample rate 0; the header is damaged", offset)
	case align == 4*channels && i.Encoding == pcm.S24:
		return fmt.Errorf("fmt chunk at byte %d: %d bits in 4 bytes, and the header does not tell which of them; "+
			"export the file again as packed 24-bit, 32-bit or float WAV", offset, bits)
	case align != i.FrameBytes():
		return fmt.Errorf("fmt chunk at byte %d: %d bytes per frame, but %d channels of %d bits make %d; the header is damaged",
			offset, align, channels, bits, i.FrameBytes())
	case valid > bits:
		return fmt.Errorf("fmt chunk at byte %d: %d valid bits in samples of %d bits; the header is damaged", offset, valid, bits)
	}
	return nil
}

// frameBytes returns the bytes per frame that the payload of a fmt chunk gives. Some writers leave the field 0 or put
// the bytes of one sample there; then it is what channels and bits make.
func frameBytes(p []byte) int {
	le := binary.LittleEndian
	align, size := int(le.Uint16(p[12:])), (int(le.Uint16(p[14:]))+7)/8
	if align == 0 || align == size {
		return int(le.Uint16(p[2:])) * size
	}
	return align
}

// setEncoding derives the encoding from the tag and the bits of a sample's container.
func (i *Info) setEncoding(bits int) error {
	switch {
	case i.Tag == tagPCM && bits >= 1 && bits <= 32:
		i.Encoding = [...]pcm.Format{pcm.U8, pcm.S16, pcm.S24, pcm.S32}[(bits-1)/8]
		return nil
	case i.Tag == tagFloat && bits == 32:
		i.Encoding = pcm.F32
		return nil
	case i.Tag == tagFloat && bits == 64:
		i.Encoding = pcm.F64
		return nil
	}
	name := tagNames[i.Tag]
	switch {
	case i.Tag == tagPCM:
		name = fmt.Sprintf("%d-bit integer PCM", bits)
	case i.Tag == tagFloat:
		name = fmt.Sprintf("%d-bit float", bits)
	case name == "":
		name = "unknown codec"
	}
	return &UnsupportedError{Tag: i.Tag, Bits: bits, Name: name}
}
