package wav

import (
	"fmt"
	mathbits "math/bits"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// A Container is the kind of the outer chunk.
type Container int

// The containers. RF64 and BW64 differ from RIFF in holding 64-bit sizes, and from each other in name.
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

// Info is what the header of a file says. If the input can seek and the size in the header is missing or wrong, Frames
// and DataBytes are what the input holds.
type Info struct {
	Container   Container
	Encoding    pcm.Format // of the samples that are read: a 20-bit file is pcm24 with the low four bits zero
	Bits        int        // valid bits per sample, 1 to 32 for integers, 32 or 64 for float, 8 or 4 for coded samples
	Tag         uint16     // 1 for integer PCM, 3 for float; of an extensible header the tag in its GUID
	Extensible  bool       // the header is a WAVE_FORMAT_EXTENSIBLE one
	ChannelMask uint32     // loudspeaker positions of an extensible header, as they are there, else 0
	Ambisonic   bool       // the GUID is that of ambisonic B-format
	Rate        int64      // frames per second, 1 to 2^32-1
	Channels    int        // 1 to 1024
	Frames      int64      // whole frames, -1 if their number is not known before the end
	DataOffset  int64      // of the first sample, in bytes from where the Reader began
	DataBytes   int64      // size of the samples in the file, a part of a frame included; -1 if not known before the end
}

// FrameBytes returns the size of a frame in bytes, as [Reader.ReadRaw] returns it: in Encoding.
func (i Info) FrameBytes() int { return i.Channels * i.Encoding.Bytes() }

// Name returns the name of the encoding in the file, for people: "24-bit integer PCM", "32-bit float", "mu-law".
func (i Info) Name() string {
	switch {
	case i.Coded():
		return tagNames[i.Tag]
	case i.Encoding.Float():
		return fmt.Sprintf("%d-bit float", i.Bits)
	}
	return fmt.Sprintf("%d-bit integer PCM", i.Bits)
}

// Coded reports whether the samples are decoded to those of Encoding: G.711 and ADPCM.
func (i Info) Coded() bool {
	switch i.Tag {
	case tagALaw, tagMuLaw, tagIMAADPCM, tagMSADPCM:
		return true
	}
	return false
}

// Options returns the options of a Writer that keeps the encoding, or what coded samples are decoded to, and what the
// channels are. A mask with more loudspeakers than there are channels means nothing, and is not kept.
func (i Info) Options() Options {
	o := Options{Encoding: i.Encoding, ChannelMask: i.ChannelMask, Ambisonic: i.Ambisonic}
	if mathbits.OnesCount32(o.ChannelMask) > i.Channels {
		o.ChannelMask = 0
	} else {
		o.NoPositions = i.Extensible && o.ChannelMask == 0
	}
	return o
}
