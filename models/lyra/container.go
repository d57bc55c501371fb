package lyra

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/resample"
)

// The layout of the container is in the package comment. Sizes are in bytes.
const (
	version = 1

	headerSize   = 20
	trailerSize  = 13
	checksumSize = 4
	blockHops    = 50 // a second
)

const (
	Magic     = "\x89LYRA\r\n\x1a" // first 8 bytes of a container
	Extension = ".lyra"            // of the names of such files
)

// bitrates maps bits per second to the number of codebooks in use.
var bitrates = map[int]int{3200: 16, 6000: 30, 9200: 46}

// CodebooksFor returns the number of codebooks in use at a bitrate: 16, 30 or 46 at 3200, 6000 or 9200 bits per second.
// It is the number of codes for a hop. Any other bitrate is a [*dsp.ArgError].
func CodebooksFor(bitrate int) (int, error) {
	if codebooks, ok := bitrates[bitrate]; ok {
		return codebooks, nil
	}
	return 0, dsp.NewArgError("bitrate", bitrate, "3200, 6000 or 9200")
}

// A Header is the header of a container.
type Header struct {
	Bitrate int // bits per second of codes: 3200, 6000 or 9200
	Rate    int // sample rate in Hz of the sound that was encoded, from MinRate to MaxRate
}

// Samples converts a length: n samples at the rate in the header last as long as ceil(n*rate/h.Rate) samples at rate. n
// is at most MaxSamples and rate at most MaxRate.
func (h Header) Samples(n int64, rate int) int64 { return resample.OutFrames(n, h.Rate, rate) }

// Bounds on the content of a container.
const (
	MaxSamples = 1 << 52 // 180 years at 768 kHz
	MinRate    = 1000    // Hz
	MaxRate    = 768000  // Hz
)

// Hops returns the number of hops for n samples at the rate in the header.
func (h Header) Hops(n int64) int64 { return (h.Samples(n, SampleRate) + Hop - 1) / Hop }

// size returns the length in bytes of a container for n samples at the rate in the header.
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

// sealed reports whether the last bytes of b are the checksum of the bytes before them.
func sealed(b []byte) bool {
	n := len(b) - checksumSize
	return crc32.Checksum(b[:n], castagnoli) == binary.LittleEndian.Uint32(b[n:])
}

// append appends the header in bytes to b.
func (h Header) append(b []byte) []byte {
	start := len(b)
	b = append(append(b, Magic...), version, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(h.Bitrate))
	b = binary.LittleEndian.AppendUint32(b, uint32(h.Rate))
	return seal(b, start)
}

// parseHeader parses the headerSize bytes of a header.
func parseHeader(b []byte) (h Header, err error) {
	if string(b[:len(Magic)]) != Magic {
		return h, errNoContainer
	}
	if v := b[8]; v != version {
		return h, fmt.Errorf("version %d of the container, must be %d: decode it with the program that wrote it",
			v, version)
	}
	h.Bitrate, h.Rate = int(binary.LittleEndian.Uint16(b[10:])), int(binary.LittleEndian.Uint32(b[12:]))
	if !sealed(b) {
		return h, errors.New("its header is damaged, its checksum does not match: get another copy of the file")
	}
	return h, h.check()
}

// check returns an error if a field is out of range.
func (h Header) check() error {
	if _, err := CodebooksFor(h.Bitrate); err != nil {
		return err
	}
	if h.Rate < MinRate || h.Rate > MaxRate {
		return fmt.Errorf("sample rate %d Hz: must be from %d to %d", h.Rate, MinRate, MaxRate)
	}
	return nil
}

// pack appends an even number of codes to b, two to a byte, the first one in the low four bits.
func pack(b, codes []byte) []byte {
	for pair := range slices.Chunk(codes, 2) {
		b = append(b, pair[0]|pair[1]<<4)
	}
	return b
}

// unpack appends the codes in b to codes. It is the inverse of pack.
func unpack(codes, b []byte) []byte {
	for _, v := range b {
		codes = append(codes, v&15, v>>4)
	}
	return codes
}
