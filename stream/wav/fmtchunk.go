package wav

import (
	"encoding/binary"
	"fmt"
	mathbits "math/bits"
	"slices"

	"github.com/tailwave/tailwave/dsp/pcm"
)

const (
	tagPCM        = 0x0001
	tagMSADPCM    = 0x0002
	tagFloat      = 0x0003
	tagALaw       = 0x0006
	tagMuLaw      = 0x0007
	tagIMAADPCM   = 0x0011
	tagExtensible = 0xFFFE

	fmtMin        = 16   // payload of a plain fmt chunk
	fmtExtensible = 40   // payload of an extensible one
	fmtMost       = 1100 // most bytes of a payload that are used: Microsoft ADPCM can have 256 pairs of coefficients
	maxChannels   = 1024 // read or written
)

// The GUID of a format with a tag is the tag followed by one of these: the one of Windows' media types, or the one of
// ambisonic B-format ("Ambisonic WAVE_FORMAT_EXTENSIBLE", R. Dobson). Both hold samples of the tag in the same way.
const (
	guidTail      = "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xAA\x00\x38\x9B\x71"
	ambisonicTail = "\x00\x00\x21\x07\xD3\x11\x86\x44\xC8\xC1\xCA\x00\x00\x00"
)

// tagNames names the encodings that occur in practice.
var tagNames = map[uint16]string{
	tagMSADPCM:  "Microsoft ADPCM",
	tagALaw:     "A-law",
	tagMuLaw:    "mu-law",
	tagIMAADPCM: "IMA ADPCM",
	0x0016:      "G.723 ADPCM",
	0x0031:      "GSM 6.10",
	0x0040:      "G.721 ADPCM",
	0x0050:      "MPEG layer 2",
	0x0055:      "MP3",
	0x0064:      "G.726 ADPCM",
	0x00FF:      "AAC",
	0x0161:      "Windows Media Audio",
	0x2000:      "AC-3",
	0x2001:      "DTS",
	0xF1AC:      "FLAC",
}

// parseFmt sets f.info and f.coding from the payload of a fmt chunk. p holds the whole payload or its first fmtMost
// bytes. offset is where the chunk begins, for errors.
func (f *file) parseFmt(p []byte, offset int64) error {
	if len(p) < fmtMin {
		return fmt.Errorf("fmt chunk at byte %d: %d bytes long, need at least %d: %s", offset, len(p), fmtMin, damaged)
	}
	le, i := binary.LittleEndian, &f.info
	tag, channels, rate := le.Uint16(p), int(le.Uint16(p[2:])), le.Uint32(p[4:])
	align, bits := frameBytes(p), int(le.Uint16(p[14:]))
	i.Tag, i.Bits = tag, bits
	if tag == tagExtensible {
		if err := f.parseExtensible(p, offset); err != nil {
			return err
		}
	}
	if bits == 0 && slices.Contains([]uint16{tagPCM, tagFloat, tagALaw, tagMuLaw, tagIMAADPCM, tagMSADPCM}, i.Tag) {
		return fmt.Errorf("fmt chunk at byte %d: 0 bits per sample: %s", offset, damaged)
	}
	if err := i.setEncoding(bits); err != nil {
		return err
	}
	switch {
	case channels == 0:
		return fmt.Errorf("fmt chunk at byte %d: 0 channels: %s", offset, damaged)
	case channels > maxChannels:
		return fmt.Errorf("fmt chunk at byte %d: %d channels, can read at most %d: "+
			"export the file again with fewer channels", offset, channels, maxChannels)
	case rate == 0:
		return fmt.Errorf("fmt chunk at byte %d: sample rate 0: %s", offset, damaged)
	}
	i.Channels, i.Rate = channels, int64(rate)
	if n := mathbits.OnesCount32(i.ChannelMask); n > channels {
		f.note(offset, "channel mask 0x%X names %s for %s: ignored", i.ChannelMask, plural(int64(n), "loudspeaker"),
			plural(int64(channels), "channel"))
	}
	if i.Coded() {
		return f.setCoding(p, offset, int(le.Uint16(p[12:])))
	}
	switch {
	case align == 4*channels && i.Encoding == pcm.S24:
		return fmt.Errorf("fmt chunk at byte %d: %d bits in 4 bytes, and the header does not say which: "+
			"export the file again as packed 24-bit, 32-bit or float WAV", offset, bits)
	case align != i.FrameBytes():
		return fmt.Errorf("fmt chunk at byte %d: %s per frame, but %s of %s make %d: %s",
			offset, plural(int64(align), "byte"), plural(int64(channels), "channel"), plural(int64(bits), "bit"),
			i.FrameBytes(), damaged)
	case i.Bits > bits:
		return fmt.Errorf("fmt chunk at byte %d: %d valid bits in samples of %d bits: %s",
			offset, i.Bits, bits, damaged)
	}
	return nil
}

// parseExtensible reads the fields that an extensible fmt chunk adds.
func (f *file) parseExtensible(p []byte, offset int64) error {
	le, i := binary.LittleEndian, &f.info
	if len(p) < fmtExtensible { // cbSize in the payload is not always set, so it is not checked
		return fmt.Errorf("fmt chunk at byte %d: %d bytes long, too short for an extensible format, which needs %d: %s",
			offset, len(p), fmtExtensible, damaged)
	}
	i.Extensible, i.ChannelMask = true, le.Uint32(p[20:])
	tag := le.Uint16(p[24:])
	switch string(p[26:fmtExtensible]) {
	case guidTail:
	case ambisonicTail:
		i.Ambisonic = true
	default:
		if le.Uint16(p[26:]) != 0 || tag != tagPCM && tag != tagFloat {
			name := fmt.Sprintf("sub-format GUID % x", p[24:fmtExtensible])
			return &UnsupportedError{Tag: i.Tag, Bits: i.Bits, Name: name}
		}
		f.note(offset, "unknown sub-format GUID % x: read as format tag %d, its first two bytes",
			p[24:fmtExtensible], tag)
	}
	i.Tag = tag
	if v := int(le.Uint16(p[18:])); v != 0 && tag == tagPCM {
		i.Bits = v
	}
	return nil
}

// setCoding sets f.coding for the tag in f.info. block is the number of bytes in a block.
func (f *file) setCoding(p []byte, offset int64, block int) error {
	channels := f.info.Channels
	switch f.info.Tag {
	case tagALaw:
		f.coding = g711(channels, pcm.DecodeALaw)
	case tagMuLaw:
		f.coding = g711(channels, pcm.DecodeMuLaw)
	case tagIMAADPCM:
		f.coding = imaADPCM(channels, block)
	case tagMSADPCM:
		f.coding = msADPCM(channels, block, p)
	}
	if f.coding.blockFrames == 0 {
		return fmt.Errorf("fmt chunk at byte %d: blocks of %s, too short for %s of %s: %s",
			offset, plural(int64(block), "byte"), plural(int64(channels), "channel"), tagNames[f.info.Tag], damaged)
	}
	return nil
}

// frameBytes returns the bytes per frame by the payload of a fmt chunk. Some writers set the field to 0 or to the bytes
// of one sample; the result is then computed from channels and bits.
func frameBytes(p []byte) int {
	le := binary.LittleEndian
	align, size := int(le.Uint16(p[12:])), (int(le.Uint16(p[14:]))+7)/8
	if align == 0 || align == size {
		return int(le.Uint16(p[2:])) * size
	}
	return align
}

// setEncoding derives i.Encoding from the tag and from bits, the width of a stored sample.
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
	case (i.Tag == tagALaw || i.Tag == tagMuLaw) && bits == 8, (i.Tag == tagIMAADPCM || i.Tag == tagMSADPCM) && bits == 4:
		i.Encoding = pcm.S16
		return nil
	case i.Tag == tagPCM:
		name = fmt.Sprintf("%d-bit integer PCM", bits)
	case i.Tag == tagFloat:
		name = fmt.Sprintf("%d-bit float", bits)
	case name == "":
		name = fmt.Sprintf("unknown codec 0x%04X", i.Tag)
	}
	return &UnsupportedError{Tag: i.Tag, Bits: bits, Name: name}
}
