package pcm

import (
	"encoding/binary"
	"math"
)

// Quantize returns the signed integer code of x in the given number of bits, 1 to 32 (other values are taken as the
// nearer of these): x*2^(bits-1) rounded to nearest even. Values beyond the codes become the nearest code, and clipped
// is true. NaN becomes 0, not clipped. For unsigned 8-bit samples add 128.
func Quantize(x float32, bits int) (v int32, clipped bool) {
	scale := math.Ldexp(1, min(max(bits, 1), 32)-1)
	y := math.RoundToEven(float64(x) * scale)
	if y >= -scale && y < scale {
		return int32(y), false
	}
	return saturate(y, scale)
}

// saturate handles what is not a code: a value too large or too small for int32(scale), or NaN.
func saturate(y, scale float64) (v int32, clipped bool) {
	switch {
	case y >= scale:
		return int32(scale - 1), true
	case y < -scale:
		return int32(-scale), true
	}
	return 0, false
}

// miss is saturate with bookkeeping, kept out of the loops because it is rare.
func (e *Encoder) miss(y float64) int32 {
	v, clipped := saturate(y, e.scale)
	if clipped {
		e.stats.Clipped++
	} else {
		e.stats.NaNs++
	}
	return v
}

// quantize rounds src into codes, which has its length. The product is exact: scale is a power of two.
func (e *Encoder) quantize(codes []int32, src []float32) {
	scale, src := e.scale, src[:len(codes)]
	for i := range codes {
		y := math.RoundToEven(float64(src[i]) * scale)
		if y >= -scale && y < scale {
			codes[i] = int32(y)
		} else {
			codes[i] = e.miss(y)
		}
	}
}

// quantizeDithered is quantize with noise added before rounding. It moves the position on.
func (e *Encoder) quantizeDithered(codes []int32, src []float32) {
	scale, src := e.scale, src[:len(codes)]
	frame, channel, keys := e.frame, e.channel, e.keys
	for i := range codes {
		noise := float64(tpdf(mix(keys[channel] + frame*golden))) // a product inside, exact, but not to be fused
		y := math.RoundToEven(float64(float64(src[i])*scale) + noise)
		if y >= -scale && y < scale {
			codes[i] = int32(y)
		} else {
			codes[i] = e.miss(y)
		}
		if channel++; channel == len(keys) {
			channel = 0
			frame++
		}
	}
	e.frame, e.channel = frame, channel
}

// pack writes codes as little-endian integers of size bytes to the front of out.
func pack(out []byte, codes []int32, size int) {
	switch size {
	case 1:
		for i, v := range codes {
			out[i] = byte(v + 128)
		}
	case 2:
		for _, v := range codes {
			binary.LittleEndian.PutUint16(out, uint16(v))
			out = out[2:]
		}
	case 3:
		for _, v := range codes {
			_ = out[2]
			out[0], out[1], out[2] = byte(v), byte(v>>8), byte(v>>16)
			out = out[3:]
		}
	case 4:
		for _, v := range codes {
			binary.LittleEndian.PutUint32(out, uint32(v))
			out = out[4:]
		}
	}
}
