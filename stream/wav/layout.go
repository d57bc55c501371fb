package wav

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"

	"github.com/tailwave/tailwave/dsp/pcm"
)

const riffLimit = math.MaxUint32 // largest size of the outer chunk in 32 bits

// defaultMasks holds the usual loudspeakers for 1 to 8 channels: mono, stereo, 3.0, quad, 5.0, 5.1, 6.1, 7.1.
var defaultMasks = [...]uint32{1: 0x4, 2: 0x3, 3: 0x7, 4: 0x33, 5: 0x37, 6: 0x3F, 7: 0x13F, 8: 0x63F}

// A layout is everything in the header of a file to be written except its sizes.
type layout struct {
	encoding   pcm.Format
	channels   int
	rate       uint32
	mask       uint32
	extensible bool
	ambisonic  bool
	reserve    bool  // the header has room for a ds64 chunk; a JUNK chunk fills the room until it is needed
	limit      int64 // largest size of the outer chunk of a RIFF file; larger files are RF64
}

// newLayout returns the layout for the options, or an error if WAV cannot hold the format.
func newLayout(o Options, hz int64, channels int) (layout, error) {
	l := layout{encoding: o.Encoding, channels: channels, mask: o.ChannelMask, limit: riffLimit}
	if err := o.Encoding.Validate(); err != nil {
		return l, fmt.Errorf("writing WAV: %w", err)
	}
	size := o.Encoding.Bytes()
	switch {
	case channels < 1 || channels > maxChannels:
		return l, fmt.Errorf("writing WAV: %d channels, need 1 to %d", channels, maxChannels)
	case hz < 1 || hz > math.MaxUint32:
		return l, fmt.Errorf("writing WAV: sample rate %d Hz, need 1 to %d", hz, uint32(math.MaxUint32))
	case hz*int64(channels*size) > math.MaxUint32:
		return l, fmt.Errorf("writing WAV: %d frames of %d bytes per second, more than the header can hold: "+
			"use a lower rate or fewer channels", hz, channels*size)
	case bits.OnesCount32(o.ChannelMask) > channels:
		return l, fmt.Errorf("writing WAV: channel mask 0x%X names %d loudspeakers for %s: "+
			"name at most one for each channel",
			o.ChannelMask, bits.OnesCount32(o.ChannelMask), plural(int64(channels), "channel"))
	case o.ChannelMask != 0 && (o.NoPositions || o.Ambisonic):
		return l, fmt.Errorf("writing WAV: channel mask 0x%X for channels without loudspeakers: set the mask to 0",
			o.ChannelMask)
	}
	l.rate = uint32(hz)
	usual := uint32(0)
	if channels < len(defaultMasks) {
		usual = defaultMasks[channels]
	}
	bare := o.NoPositions || o.Ambisonic
	if l.mask == 0 && !bare {
		l.mask = usual
	}
	// A plain header cannot hold a mask, and by its definition allows at most 16 bits and 2 channels.
	l.ambisonic = o.Ambisonic
	l.extensible = channels > 2 || bare || l.mask != usual || size > 2 && !o.Encoding.Float()
	return l, nil
}

func (l *layout) frameBytes() int64 { return int64(l.channels * l.encoding.Bytes()) }

// headerBytes returns the length of the header in bytes.
func (l *layout) headerBytes() int64 {
	n := int64(12 + 8 + fmtMin + 8)
	if l.reserve {
		n += 8 + ds64Min
	}
	if l.extensible {
		n += fmtExtensible - fmtMin
	} else if l.encoding.Float() {
		n += 2
	}
	if l.encoding.Float() {
		n += 8 + 4
	}
	return n
}

// riffBytes returns the size in bytes of the outer chunk of a file with this number of frames.
func (l *layout) riffBytes(frames int64) int64 {
	data := frames * l.frameBytes()
	return l.headerBytes() - 8 + data + data%2
}

// long reports whether a file with this number of frames needs 64-bit sizes.
func (l *layout) long(frames int64) bool { return l.riffBytes(frames) > l.limit }

// fits reports whether the header can hold the sizes of a file with this number of frames.
func (l *layout) fits(frames int64) bool { return l.reserve || !l.long(frames) }

// maxFrames returns the largest number of frames for which every size in the file fits in an int64.
func (l *layout) maxFrames() int64 { return (math.MaxInt64 - 1024) / l.frameBytes() }

// exactSize returns the number of frames, or a greater one if readers might treat its size in bytes as "unknown", as
// they do with sizes near 2^31 and 2^32-1.
func (l *layout) exactSize(frames int64) int64 {
	for _, r := range [...]struct{ low, high int64 }{{0x7FFF0000, 0x80000000}, {0xFFFF0000, unknown32}} {
		if data := frames * l.frameBytes(); data >= r.low && data <= r.high {
			return r.high/l.frameBytes() + 1
		}
	}
	return frames
}

// header appends to b the header of a file with this number of frames, -1 if it is not known. The number must fit.
// The length of the header does not depend on it, so that the header can be replaced later.
func (l *layout) header(b []byte, frames int64) []byte {
	le := binary.LittleEndian
	data, riff := max(frames, 0)*l.frameBytes(), l.riffBytes(max(frames, 0))
	riff32, data32, frames32 := uint32(riff), uint32(data), uint32(min(frames, unknown32))
	if frames < 0 {
		riff32, data32, frames32 = unknown32, unknown32, unknown32
	}
	switch {
	case frames >= 0 && l.long(frames):
		b = append(b, "RF64\xFF\xFF\xFF\xFFWAVEds64"...)
		b = le.AppendUint32(b, ds64Min)
		b = le.AppendUint64(b, uint64(riff))
		b = le.AppendUint64(b, uint64(data))
		b = le.AppendUint64(b, uint64(frames))
		b = le.AppendUint32(b, 0) // number of entries in the table of other long chunks
		data32 = unknown32
	default:
		b = append(b, "RIFF"...)
		b = le.AppendUint32(b, riff32)
		b = append(b, "WAVE"...)
		if l.reserve {
			b = append(b, "JUNK"...)
			b = le.AppendUint32(b, ds64Min)
			b = append(b, make([]byte, ds64Min)...)
		}
	}
	b = l.appendFmt(b)
	if l.encoding.Float() {
		b = append(b, "fact"...)
		b = le.AppendUint32(b, 4)
		b = le.AppendUint32(b, frames32)
	}
	b = append(b, "data"...)
	return le.AppendUint32(b, data32)
}

// appendFmt appends the fmt chunk.
func (l *layout) appendFmt(b []byte) []byte {
	le := binary.LittleEndian
	tag, size := uint16(tagPCM), uint32(fmtMin)
	if l.encoding.Float() {
		tag, size = tagFloat, fmtMin+2
	}
	sub := tag
	if l.extensible {
		tag, size = tagExtensible, fmtExtensible
	}
	width := uint16(8 * l.encoding.Bytes())
	b = append(b, "fmt "...)
	b = le.AppendUint32(b, size)
	b = le.AppendUint16(b, tag)
	b = le.AppendUint16(b, uint16(l.channels))
	b = le.AppendUint32(b, l.rate)
	b = le.AppendUint32(b, l.rate*uint32(l.frameBytes()))
	b = le.AppendUint16(b, uint16(l.frameBytes()))
	b = le.AppendUint16(b, width)
	if size > fmtMin {
		b = le.AppendUint16(b, uint16(size-fmtMin-2))
	}
	if l.extensible {
		b = le.AppendUint16(b, width)
		b = le.AppendUint32(b, l.mask)
		b = le.AppendUint16(b, sub)
		if l.ambisonic {
			b = append(b, ambisonicTail...)
		} else {
			b = append(b, guidTail...)
		}
	}
	return b
}
