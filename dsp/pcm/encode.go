package pcm

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/tailwave/tailwave/dsp/internal/kernel"
)

// Stats describes the samples that an Encoder has encoded.
type Stats struct {
	Frames  int64   // whole frames
	Clipped int64   // samples that were outside the range of an integer format after rounding, +1.0 included
	NaNs    int64   // samples that were NaN
	Peak    float32 // largest absolute value before encoding, ignoring NaN; +Inf if there was an infinity
}

// An Encoder converts one stream of float32 samples to bytes. One goroutine owns it. After construction it allocates
// only when the slice that it appends to must grow.
//
// In an integer format of b bits, the code of a sample x is x*2^(b-1), plus dither if selected, rounded to nearest
// even. A result above the largest code or below the smallest becomes the nearest code and is counted as clipped; so
// does an infinity. NaN becomes 0 and is counted as NaN.
//
// In a float format, values keep their bits, infinities included (F64 widens them exactly), and nothing is clipped.
// Every NaN, quiet or signalling, of any sign and payload, becomes [NaN32] (in F64, [NaN64]), at every CPU level. All
// code in this module that writes floating-point samples does the same. Samples in memory may hold any NaN.
type Encoder struct {
	format   Format
	channels int
	keys     []uint64 // counter of the dither at frame 0 of each channel; nil without dither
	scale    float64  // 2^(b-1), integer formats only
	level    kernel.Level

	// For the assembly; integer formats only.
	limit    float32  // Format.Unclipped: absolute values up to limit are never clipped
	counters []uint64 // from newCounters; nil without dither, or with too many channels
	step     uint64   // from newCounters

	frame   uint64 // index of the frame that the next sample belongs to
	channel int    // channel of the next sample
	stats   Stats
	codes   [512]int32 // scratch: codes after rounding, before packing
}

// NewEncoder returns an Encoder for frames of one or more channels. With dither, the Encoder adds noise of triangular
// density, two steps peak to peak, before it rounds to an integer format. In a float format dither has no effect.
// NewEncoder returns an error if the format is not valid ([Format.Validate]), if channels is below 1, or if the
// environment variable TAILWAVE_CPU names a level that this processor does not have.
func NewEncoder(f Format, channels int, dither bool) (*Encoder, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	if channels < 1 {
		return nil, fmt.Errorf("%d channels: need at least 1", channels)
	}
	level, err := kernel.Choose()
	if err != nil {
		return nil, err
	}
	return newEncoderAt(level, f, channels, dither), nil
}

// newEncoderAt is NewEncoder at a kernel level, which affects the speed but no byte.
func newEncoderAt(level kernel.Level, f Format, channels int, dither bool) *Encoder {
	e := &Encoder{format: f, channels: channels, level: level}
	if f.Float() {
		return e
	}
	e.scale = math.Ldexp(1, 8*f.Bytes()-1)
	if dither {
		e.keys = make([]uint64, channels)
		for c := range e.keys {
			e.keys[c] = ditherKey(c)
		}
		if level >= kernel.AVX2 {
			e.counters, e.step = newCounters(channels)
		}
	}
	e.limit = f.Unclipped(dither)
	return e
}

// Format returns the sample format that was passed to NewEncoder.
func (e *Encoder) Format() Format { return e.format }

// Stats returns the Stats of all samples since construction.
func (e *Encoder) Stats() Stats {
	s := e.stats
	s.Frames = int64(e.frame)
	return s
}

// Encode appends the encoded samples of src to dst and returns the extended slice. The stream continues where the
// previous call stopped, which may be in the middle of a frame.
func (e *Encoder) Encode(dst []byte, src []float32) []byte {
	size := e.format.Bytes()
	n := len(dst)
	dst = slices.Grow(dst, len(src)*size)[:n+len(src)*size]
	out := dst[n:]
	e.measure(src)
	if e.format.Float() {
		e.packFloats(out, src)
		return dst
	}
	for len(src) > 0 {
		k := min(len(src), len(e.codes))
		codes := e.codes[:k]
		if e.keys != nil {
			e.quantizeDithered(codes, src[:k])
		} else {
			e.quantize(codes, src[:k])
		}
		done := packFast(e.level, out, codes, size)
		pack(out[done*size:], codes[done:], size)
		out, src = out[k*size:], src[k:]
	}
	return dst
}

// measure raises the peak to the largest absolute value of src. Comparisons with NaN are false, so NaN has no effect.
func (e *Encoder) measure(src []float32) {
	peak, done := peakFast(e.level, src, e.stats.Peak)
	for _, x := range src[done:] {
		if a := abs(x); a > peak {
			peak = a
		}
	}
	e.stats.Peak = peak
}

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }

// advance moves the position forward by n samples.
func (e *Encoder) advance(n int) {
	n += e.channel
	e.frame += uint64(n / e.channels)
	e.channel = n % e.channels
}

// packFloats writes src in a floating-point format and advances the position.
func (e *Encoder) packFloats(out []byte, src []float32) {
	e.advance(len(src))
	size := e.format.Bytes()
	done, nans := packFloatFast(e.level, out, src, size)
	e.stats.NaNs += int64(nans)
	if e.format == F32 {
		e.packF32(out[done*size:], src[done:])
	} else {
		e.packF64(out[done*size:], src[done:])
	}
}

func (e *Encoder) packF32(out []byte, src []float32) {
	for _, x := range src {
		bits := math.Float32bits(x)
		if x != x {
			bits = NaN32
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
			bits = NaN64
			e.stats.NaNs++
		}
		binary.LittleEndian.PutUint64(out, bits)
		out = out[8:]
	}
}
