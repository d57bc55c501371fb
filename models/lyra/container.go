package lyra

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/resample"
)

// Of the container, whose layout is in the package comment.
const (
	version = 1

	headerSize   = 20
	trailerSize  = 13
	checksumSize = 4
	blockHops    = 50
)

// Magic is what a container begins with, and Extension how the names of such files end.
const (
	Magic     = "\x89LYRA\r\n\x1a"
	Extension = ".lyra"
)

// bitrates maps bits per second to the number of codebooks in use.
var bitrates = map[int]int{3200: 16, 6000: 30, 9200: 46}

// CodebooksFor returns the number of codebooks in use at a bitrate of 3200, 6000 or 9200 bits per second. It is the
// number of codes of a hop. Another bitrate is a *dsp.ArgError.
func CodebooksFor(bitrate int) (int, error) {
	if codebooks, ok := bitrates[bitrate]; ok {
		return codebooks, nil
	}
	return 0, dsp.NewArgError("bitrate", bitrate, "3200, 6000 or 9200")
}

// A Header says what a container holds.
type Header struct {
	Bitrate int // bits per second of codes: 3200, 6000 or 9200
	Rate    int // sample rate of what was encoded, Hz, from MinRate to MaxRate
}

// Samples returns how many samples of the given rate are as long as n that were encoded: ceil(n*rate/h.Rate). n is
// at most MaxSamples and rate at most MaxRate.
func (h Header) Samples(n int64, rate int) int64 { return resample.OutFrames(n, h.Rate, rate) }

// Bounds on what a container holds: at 768 kHz 180 years.
const (
	MaxSamples = 1 << 52
	MinRate    = 1000
	MaxRate    = 768000
)

// Hops returns how many hops n samples that were encoded have become.
func (h Header) Hops(n int64) int64 { return (h.Samples(n, SampleRate) + Hop - 1) / Hop }

// size returns the bytes of a container of n samples.
func (h Header) size(n int64) int64 {
	codebooks, _ := CodebooksFor(h.Bitrate)
	hops := h.Hops(n)
	blocks := (hops + blockHops - 1) / blockHops
	return headerSize + blocks*(1+checksumSize) + hops*int64(codebooks/2) + trailerSize
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal appends the checksum of b from start on.
func seal(b []byte, start int) []byte {
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b[start:], castagnoli))
}

// sealed reports whether the last bytes of b are the checksum of those before.
func sealed(b []byte) bool {
	n := len(b) - checksumSize
	return crc32.Checksum(b[:n], castagnoli) == binary.LittleEndian.Uint32(b[n:])
}

func (h Header) append(b []byte) []byte {
	start := len(b)
	b = append(append(b, Magic...), version, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(h.Bitrate))
	b = binary.LittleEndian.AppendUint32(b, uint32(h.Rate))
	return seal(b, start)
}

// parseHeader reads a whole header.
func parseHeader(b []byte) (h Header, err error) {
	if string(b[:len(Magic)]) != Magic {
		return h, errNoContainer
	}
	if v := b[8]; v != version {
		return h, fmt.Errorf("is of version %d of the container, must be %d", v, version)
	}
	h.Bitrate, h.Rate = int(binary.LittleEndian.Uint16(b[10:])), int(binary.LittleEndian.Uint32(b[12:]))
	if !sealed(b) {
		return h, fmt.Errorf("its header is damaged: the checksum does not fit")
	}
	return h, h.check()
}

func (h Header) check() error {
	if _, err := CodebooksFor(h.Bitrate); err != nil {
		return err
	}
	if h.Rate < MinRate || h.Rate > MaxRate {
		return fmt.Errorf("sample rate %d, must be from %d to %d", h.Rate, MinRate, MaxRate)
	}
	return nil
}

// pack appends codes two to a byte, an even number of them.
func pack(b, codes []byte) []byte {
	for pair := range slices.Chunk(codes, 2) {
		b = append(b, pair[0]|pair[1]<<4)
	}
	return b
}

// unpack is the inverse.
func unpack(codes, b []byte) []byte {
	for _, v := range b {
		codes = append(codes, v&15, v>>4)
	}
	return codes
}
