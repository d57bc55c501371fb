package pcm

import "encoding/binary"

// NaN32 and NaN64 are the bit patterns of every NaN that is written. The sign and payload of the NaN that an operation
// returns differ between processors, and between assembly and Go, so they must not reach a file.
const (
	NaN32 = 0x7FC00000
	NaN64 = 0x7FF8000000000000
)

// CanonicalizeNaN replaces, in place, every NaN among samples of a floating-point format by NaN32 or NaN64. It does not
// change samples of other formats, or bytes after the last whole sample.
func CanonicalizeNaN(p []byte, f Format) {
	switch f {
	case F32:
		canonicalize32(p)
	case F64:
		canonicalize64(p)
	}
}

// A pattern without its sign bit is a NaN if it is above the pattern of infinity.
const (
	infinity32 = 0x7F800000
	infinity64 = 0x7FF0000000000000
)

func canonicalize32(p []byte) {
	for ; len(p) >= 4; p = p[4:] {
		if binary.LittleEndian.Uint32(p)&^(1<<31) > infinity32 {
			binary.LittleEndian.PutUint32(p, NaN32)
		}
	}
}

func canonicalize64(p []byte) {
	for ; len(p) >= 8; p = p[8:] {
		if binary.LittleEndian.Uint64(p)&^(1<<63) > infinity64 {
			binary.LittleEndian.PutUint64(p, NaN64)
		}
	}
}
