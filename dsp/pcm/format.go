package pcm

import (
	"errors"
	"fmt"
	"math"
)

// A Format is the encoding of one sample. The zero value means that no format is set.
type Format int

// The sample formats, all little-endian.
const (
	U8  Format = iota + 1 // unsigned 8-bit integer, 128 is zero
	S16                   // signed 16-bit integer
	S24                   // signed 24-bit integer in three bytes
	S32                   // signed 32-bit integer
	F32                   // IEEE 754 binary32
	F64                   // IEEE 754 binary64
)

var formats = [...]struct {
	name  string
	bytes int
	float bool
}{
	U8:  {"pcm8", 1, false},
	S16: {"pcm16", 2, false},
	S24: {"pcm24", 3, false},
	S32: {"pcm32", 4, false},
	F32: {"f32", 4, true},
	F64: {"f64", 8, true},
}

// Parse returns the format with the name pcm8, pcm16, pcm24, pcm32, f32 or f64. Any other name is an error, which lists
// these.
func Parse(name string) (Format, error) {
	for f := U8; f <= F64; f++ {
		if formats[f].name == name {
			return f, nil
		}
	}
	return 0, fmt.Errorf("sample format %q: use pcm8, pcm16, pcm24, pcm32, f32 or f64", name)
}

// Valid reports whether f is one of the formats of this package.
func (f Format) Valid() bool { return f >= U8 && f <= F64 }

// Validate returns an error if f is not one of the formats of this package. For the zero value, which an unset field
// has, the error says that no format is set.
func (f Format) Validate() error {
	const choice = "choose pcm.U8, pcm.S16, pcm.S24, pcm.S32, pcm.F32 or pcm.F64"
	switch {
	case f.Valid():
		return nil
	case f == 0:
		return errors.New("no sample format is set: " + choice)
	}
	return fmt.Errorf("unknown sample format %d: %s", int(f), choice)
}

// Bytes returns the size of a sample in bytes, 1 to 8, or 0 if f is not valid.
func (f Format) Bytes() int {
	if !f.Valid() {
		return 0
	}
	return formats[f].bytes
}

// Float reports whether samples are floating-point numbers: F32 or F64.
func (f Format) Float() bool { return f.Valid() && formats[f].float }

// Unclipped returns the largest absolute value that an Encoder never clips, with dither for any value of the noise. In
// an integer format of b bits it is 1-2^(1-b), and with dither 1-2^(2-b), rounded down to a float32. In a float format,
// where nothing is clipped, it is 1, full scale.
func (f Format) Unclipped(dither bool) float32 {
	if !f.Valid() || f.Float() {
		return 1
	}
	scale := math.Ldexp(1, 8*f.Bytes()-1)
	largest := scale - 1
	if dither {
		largest-- // noise stays below one step
	}
	limit := float32(largest / scale)
	if float64(limit) > largest/scale {
		limit = math.Nextafter32(limit, 0)
	}
	return limit
}

// String returns the name that Parse accepts.
func (f Format) String() string {
	if !f.Valid() {
		return fmt.Sprintf("Format(%d)", int(f))
	}
	return formats[f].name
}
