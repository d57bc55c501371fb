package wav

import (
	"fmt"

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

// Info is what the header of a file says.
type Info struct {
	Container   Container
	Encoding    pcm.Format // of the bytes: a 20-bit file is pcm24 with the low four bits zero
	Bits        int        // valid bits per sample, 1 to 32 for integers, 32 or 64 for float
	Tag         uint16     // 1 for integer PCM, 3 for float; of an extensible header the tag in its GUID
	Extensible  bool       // the header is a WAVE_FORMAT_EXTENSIBLE one
	ChannelMask uint32     // loudspeaker positions of an extensible header, else 0
	Rate        int64      // frames per second, 1 to 2^32-1
	Channels    int        // 1 to 1024
	Frames      int64      // whole frames, -1 if the header does not say
	DataOffset  int64      // of the first sample, in bytes from where the Reader began
	DataBytes   int64      // size of the samples, -1 if the header does not say
}

// FrameBytes returns the size of a frame in bytes.
func (i Info) FrameBytes() int { return i.Channels * i.Encoding.Bytes() }
