package wav

import (
	"fmt"
	mathbits "math/bits"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// A Container is the kind of the outer chunk.
type Container int

// The containers. RF64 (EBU Tech 3306) and BW64 (ITU-R BS.2088) hold 64-bit sizes. They differ in name only.
const (
	RIFF Container = iota
	RF64
	BW64
)

// String returns "RIFF", "RF64" or "BW64", the first four bytes of the file.
func (c Container) String() string {
	switch c {
	case RIFF:
		return "RIFF"
	case RF64:
		return "RF64"
	case BW64:
		return "BW64"
	}
	return fmt.Sprintf("Container(%d)", int(c))
}

// Info describes a file by its header. If the input can seek and the size in the header is missing or was corrected,
// Frames and DataBytes describe the samples that the input actually holds.
type Info struct {
	Container   Container
	Encoding    pcm.Format // of the samples that ReadRaw returns: a 20-bit file is pcm24 with the low four bits zero
	Bits        int        // valid bits per sample: 1 to 32 for integers, 32 or 64 for float, 8 or 4 for coded samples
	Tag         uint16     // 1 for integer PCM, 3 for float; for an extensible header the tag in its GUID
	Extensible  bool       // the header is WAVE_FORMAT_EXTENSIBLE
	ChannelMask uint32     // loudspeaker positions of an extensible header, unchanged, else 0
	Ambisonic   bool       // the GUID is the one of ambisonic B-format
	Rate        int64      // frames per second, 1 to 2^32-1
	Channels    int        // 1 to 1024
	Frames      int64      // whole frames, -1 if their number is not known before the end
	DataOffset  int64      // of the first sample, in bytes from where the Reader began
	DataBytes   int64      // size of the samples in the file, with a part of a frame; -1 if not known before the end
}

// FrameBytes returns the size in bytes of a frame that [Reader.ReadRaw] returns, whose samples are in Encoding.
func (i Info) FrameBytes() int { return i.Channels * i.Encoding.Bytes() }

// Name returns the encoding in the file as people call it: "24-bit integer PCM", "32-bit float", "mu-law".
func (i Info) Name() string {
	switch {
	case i.Coded():
		return tagNames[i.Tag]
	case i.Encoding.Float():
		return fmt.Sprintf("%d-bit float", i.Bits)
	}
	return fmt.Sprintf("%d-bit integer PCM", i.Bits)
}

// Coded reports whether the samples in the file are G.711 or ADPCM, which a Reader decodes to 16 bits.
func (i Info) Coded() bool {
	switch i.Tag {
	case tagALaw, tagMuLaw, tagIMAADPCM, tagMSADPCM:
		return true
	}
	return false
}

// Options returns the options of a Writer that keeps the encoding and the meaning of the channels. Coded samples keep
// the encoding that they are decoded to. A mask that names more loudspeakers than the file has channels is not kept.
func (i Info) Options() Options {
	o := Options{Encoding: i.Encoding, ChannelMask: i.ChannelMask, Ambisonic: i.Ambisonic}
	if mathbits.OnesCount32(o.ChannelMask) > i.Channels {
		o.ChannelMask = 0
	} else {
		o.NoPositions = i.Extensible && o.ChannelMask == 0
	}
	return o
}
