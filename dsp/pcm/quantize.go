package pcm

import (
	"encoding/binary"
	"math"
)

// Quantize returns the signed integer code of x, which is x*2^(bits-1), rounded to nearest even. A value of bits below
// 1 counts as 1, and a value above 32 as 32. A result above the largest code or below the smallest becomes the nearest
// code, and clipped is true. NaN becomes 0 and is not clipped. For unsigned 8-bit samples add 128 to the code.
func Quantize(x float32, bits int) (v int32, clipped bool) {
	scale := math.Ldexp(1, min(max(bits, 1), 32)-1)
	y := math.RoundToEven(float64(x) * scale)
	if y >= -scale && y < scale {
		return int32(y), false
	}
	return saturate(y, scale)
}

// saturate returns the code nearest to y, in steps, for y outside [-scale, scale), and 0 for NaN.
func saturate(y, scale float64) (v int32, clipped bool) {
	switch {
	case y >= scale:
		return int32(scale - 1), true
	case y < -scale:
		return int32(-scale), true
	}
	return 0, false
}

// code rounds y, in steps, to a code. It counts clipped samples and NaNs.
func (e *Encoder) code(y float64) int32 {
	y = math.RoundToEven(y)
	if y >= -e.scale && y < e.scale {
		return int32(y)
	}
	return e.miss(y)
}

// miss is saturate plus the counts. Clipping is rare, so the loops are faster without an inlined copy of it.
func (e *Encoder) miss(y float64) int32 {
	v, clipped := saturate(y, e.scale)
	if clipped {
		e.stats.Clipped++
	} else {
		e.stats.NaNs++
	}
	return v
}

// quantize writes the codes of src to codes, of the same length, and advances the position. The products are exact,
// because scale is a power of two.
func (e *Encoder) quantize(codes []int32, src []float32) {
	done, beyond := quantizeFast(e.level, codes, src, e.scale, e.limit)
	if beyond {
		e.repair(codes[:done], src)
	}
	e.advance(len(codes))
	codes = codes[done:]
	src = src[done:][:len(codes)]
	for i := range codes {
		codes[i] = e.code(float64(src[i]) * e.scale)
	}
}

// quantizeDithered is quantize with noise added before rounding.
func (e *Encoder) quantizeDithered(codes []int32, src []float32) {
	done := e.ditherWhole(codes, src)
	codes = codes[done:]
	src = src[done:][:len(codes)]
	frame, channel, keys := e.frame, e.channel, e.keys
	for i := range codes {
		codes[i] = e.code(dithered(src[i], e.scale, keys[channel]+frame*golden))
		if channel++; channel == len(keys) {
			channel = 0
			frame++
		}
	}
	e.frame, e.channel = frame, channel
}

// ditherWhole is quantizeDithered for the whole vectors at the start of src. It returns the number of samples in these.
func (e *Encoder) ditherWhole(codes []int32, src []float32) int {
	if e.counters == nil || len(codes) < lanes {
		return 0
	}
	e.count(e.counters)
	done, beyond := ditherFast(e.level, codes, src, e.counters, e.step, e.scale, e.limit)
	if beyond {
		e.repair(codes[:done], src)
	}
	e.advance(done)
	return done
}

// repair computes the codes of the samples above the limit, which assembly leaves undefined, and counts them. The first
// sample of src is at the current position.
func (e *Encoder) repair(codes []int32, src []float32) {
	for i, x := range src[:len(codes)] {
		switch n := e.channel + i; {
		case abs(x) <= e.limit:
		case e.keys == nil:
			codes[i] = e.code(float64(x) * e.scale)
		default:
			codes[i] = e.code(dithered(x, e.scale, e.keys[n%e.channels]+(e.frame+uint64(n/e.channels))*golden))
		}
	}
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
