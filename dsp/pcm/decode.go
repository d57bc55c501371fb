package pcm

import (
	"encoding/binary"
	"math"
)

// Decode converts samples from src to dst and returns their number, the smaller of len(dst) and len(src)/f.Bytes(). It
// ignores an incomplete sample at the end of src. If the format is not valid, Decode returns 0.
//
// NaN stays NaN, and Inf stays Inf. A float64 outside the range of float32 becomes Inf.
func Decode(dst []float32, src []byte, f Format) int {
	if !f.Valid() {
		return 0
	}
	n := min(len(dst), len(src)/f.Bytes())
	dst, src = dst[:n], src[:n*f.Bytes()]
	switch f {
	case U8:
		decodeU8(dst, src)
	case S16:
		decodeS16(dst, src)
	case S24:
		decodeS24(dst, src)
	case S32:
		decodeS32(dst, src)
	case F32:
		decodeF32(dst, src)
	case F64:
		decodeF64(dst, src)
	}
	return n
}

// The loops below expect len(src) = len(dst) * f.Bytes(). Their scale factors are powers of two, so the products are
// exact, and only the conversion to float32 rounds.

func decodeU8(dst []float32, src []byte) {
	src = src[:len(dst)]
	for i := range dst {
		dst[i] = float32(int32(src[i])-128) * (1.0 / (1 << 7))
	}
}

func decodeS16(dst []float32, src []byte) {
	for i := range dst {
		if len(src) < 2 {
			return
		}
		dst[i] = float32(int16(binary.LittleEndian.Uint16(src))) * (1.0 / (1 << 15))
		src = src[2:]
	}
}

// decodeS24 puts the 24 bits at the top of a word, where the sign needs no extension. A word with 24 significant bits
// converts to float32 exactly.
func decodeS24(dst []float32, src []byte) {
	for i := range dst {
		if len(src) < 3 {
			return
		}
		v := uint32(src[0])<<8 | uint32(src[1])<<16 | uint32(src[2])<<24
		dst[i] = float32(int32(v)) * (1.0 / (1 << 31))
		src = src[3:]
	}
}

func decodeS32(dst []float32, src []byte) {
	for i := range dst {
		if len(src) < 4 {
			return
		}
		dst[i] = float32(int32(binary.LittleEndian.Uint32(src))) * (1.0 / (1 << 31))
		src = src[4:]
	}
}

func decodeF32(dst []float32, src []byte) {
	for i := range dst {
		if len(src) < 4 {
			return
		}
		dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(src))
		src = src[4:]
	}
}

func decodeF64(dst []float32, src []byte) {
	for i := range dst {
		if len(src) < 8 {
			return
		}
		dst[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(src)))
		src = src[8:]
	}
}
