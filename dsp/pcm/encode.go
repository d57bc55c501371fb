package pcm

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

const (
	quietNaN32 = 0x7FC00000
	quietNaN64 = 0x7FF8000000000000
)

// Stats says what an Encoder has met.
type Stats struct {
	Frames  int64   // whole frames encoded
	Clipped int64   // samples that lay outside the range of an integer format after rounding, +1.0 included
	NaNs    int64   // samples that were NaN
	Peak    float32 // largest absolute value before encoding, NaN left out; +Inf if there was an infinity
}

// An Encoder converts one stream of float32 samples to bytes. It has one owner. After construction it allocates only
// when the slice it appends to must grow.
//
// Integer formats: a sample x becomes x*2^(b-1), plus dither if asked for, rounded to nearest even; what lies beyond the
// codes, infinities included, becomes the nearest code and counts as clipped. NaN becomes 0. Float formats: values keep
// their bits (F64: are widened exactly), infinities too; every NaN becomes the canonical quiet one. Nothing is clipped.
type Encoder struct {
	format   Format
	channels int
	keys     []uint64 // dither counter start of each channel; nil without dither
	scale    float64  // 2^(b-1), integer formats only

	frame   uint64 // index of the frame that the next sample belongs to
	channel int    // channel of the next sample
	stats   Stats
	codes   [512]int32 // integers between rounding and packing
}

// NewEncoder returns an Encoder for frames of the given number of channels. With dither, triangular noise of two steps
// peak to peak is added before rounding; float formats take no dither and ignore it. It fails if the format is not
// valid or channels is below 1.
func NewEncoder(f Format, channels int, dither bool) (*Encoder, error) {
	if !f.Valid() {
		return nil, fmt.Errorf("sample format %v: not supported", f)
	}
	if channels < 1 {
		return nil, fmt.Errorf("%d channels: need at least 1", channels)
	}
	e := &Encoder{format: f, channels: channels}
	if f.Float() {
		return e, nil
	}
	e.scale = math.Ldexp(1, 8*f.Bytes()-1)
	if dither {
		e.keys = make([]uint64, channels)
		for c := range e.keys {
			e.keys[c] = ditherKey(c)
		}
	}
	return e, nil
}

// Format returns the format of the bytes.
func (e *Encoder) Format() Format { return e.format }

// Stats returns the counts since construction.
func (e *Encoder) Stats() Stats {
	s := e.stats
	s.Frames = int64(e.frame)
	return s
}

// Encode appends the bytes of src to dst and returns the extended slice. src goes on where the previous call stopped,
// in the middle of a frame if it stopped there.
func (e *Encoder) Encode(dst []byte, src []float32) []byte {
	size := e.format.Bytes()
	n := len(dst)
	dst = slices.Grow(dst, len(src)*size)[:n+len(src)*size]
	out := dst[n:]
	e.measure(src)
	switch e.format {
	case F32:
		e.packF32(out, src)
		e.advance(len(src))
	case F64:
		e.packF64(out, src)
		e.advance(len(src))
	default:
		for len(src) > 0 {
			k := min(len(src), len(e.codes))
			codes := e.codes[:k]
			if e.keys != nil {
				e.quantizeDithered(codes, src[:k])
			} else {
				e.quantize(codes, src[:k])
				e.advance(k)
			}
			pack(out, codes, size)
			out, src = out[k*size:], src[k:]
		}
	}
	return dst
}

// measure raises the peak. Comparisons with NaN are false, which leaves NaN out.
func (e *Encoder) measure(src []float32) {
	peak := e.stats.Peak
	for _, x := range src {
		if a := math.Float32frombits(math.Float32bits(x) &^ (1 << 31)); a > peak {
			peak = a
		}
	}
	e.stats.Peak = peak
}

// advance moves the position n samples on.
func (e *Encoder) advance(n int) {
	n += e.channel
	e.frame += uint64(n / e.channels)
	e.channel = n % e.channels
}

func (e *Encoder) packF32(out []byte, src []float32) {
	for _, x := range src {
		bits := math.Float32bits(x)
		if x != x {
			bits = quietNaN32
			e.stats.NaNs++
		}
		binary.LittleEndian.PutUint32(out, bits)
		out = out[4:]
	}
}

func (e *Encoder) packF64(out []byte, src []float32) {
	for _, x := range src {
		bits := math.Float64bits(float64(x))
		if x != x {
			bits = quietNaN64
			e.stats.NaNs++
		}
		binary.LittleEndian.PutUint64(out, bits)
		out = out[8:]
	}
}
