package goaudio

import (
	"fmt"
	"math"
	"slices"

	"github.com/go-audio/audio"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// AppendFloat32 appends the samples of buf to dst, channels adjacent, full scale -1 to 1.
//
// A *audio.Float32Buffer gives its values as they are. An *audio.IntBuffer gives v/2^(b-1), b being its SourceBitDepth:
// 8, 16, 24 or 32. Its values must be what go-audio decoders give: signed, but for 8 bits 0 to 255 with 128 as zero.
// A buffer that a go-audio decoder has filled from a file of floats holds their bit patterns and cannot be told from
// integers of 32 bits: read such a file with NewSource.
//
// The error is a *RefusedError, and dst is unchanged, if buf is nil, of another type (of a *audio.FloatBuffer it is not
// known what full scale is), has no valid format or another bit depth, has a value beyond its depth, or is not a whole
// number of frames.
func AppendFloat32(dst []float32, buf audio.Buffer) ([]float32, error) {
	if _, err := bufferFormat(buf); err != nil {
		return dst, err
	}
	if b, ok := buf.(*audio.Float32Buffer); ok {
		return append(dst, b.Data...), nil
	}
	b := buf.(*audio.IntBuffer)
	bits := b.SourceBitDepth
	if err := checkDepth(bits); err != nil {
		return dst, err
	}
	half, zero := int64(1)<<(bits-1), int64(0)
	if bits == 8 {
		zero = 128
	}
	n := len(dst)
	out := slices.Grow(dst, len(b.Data))[:n+len(b.Data)]
	scale := 1 / float32(half) // a power of two: only the conversion of the integer rounds
	for i, v := range b.Data {
		c := int64(v) - zero
		if c < -half || c >= half {
			return dst, &RefusedError{"buffer", fmt.Sprintf("value %d at %d is not a %d-bit sample from %d to %d",
				v, i, bits, zero-half, zero+half-1)}
		}
		out[n+i] = float32(c) * scale
	}
	return out, nil
}

// AppendInt appends frames to dst as integers of the given depth, 8, 16, 24 or 32 bits, in the convention of
// AppendFloat32. It rounds to nearest even and saturates; clipped counts the samples beyond the range, +1.0 included.
// NaN becomes zero. The error, for another depth, is a *RefusedError.
func AppendInt(dst []int, frames []float32, bits int) (ints []int, clipped int64, err error) {
	if err := checkDepth(bits); err != nil {
		return dst, 0, err
	}
	zero := 0
	if bits == 8 {
		zero = 128
	}
	dst = slices.Grow(dst, len(frames))
	for _, x := range frames {
		v, clip := pcm.Quantize(x, bits)
		if clip {
			clipped++
		}
		dst = append(dst, int(v)+zero)
	}
	return dst, clipped, nil
}

// NewIntBuffer returns a buffer with the integers of AppendInt. The error is a *RefusedError if Format or AppendInt
// gives one, or if frames is not a whole number of frames.
func NewIntBuffer(f stream.Format, bits int, frames []float32) (buf *audio.IntBuffer, clipped int64, err error) {
	format, err := wholeFrames(f, frames)
	if err != nil {
		return nil, 0, err
	}
	data, clipped, err := AppendInt(nil, frames, bits)
	if err != nil {
		return nil, 0, err
	}
	return &audio.IntBuffer{Format: format, Data: data, SourceBitDepth: bits}, clipped, nil
}

// NewFloat32Buffer returns a buffer with a copy of frames, in which every NaN has the bits of pcm.NaN32. Nothing is
// clipped. The error is a *RefusedError if Format gives one, or if frames is not a whole number of frames.
func NewFloat32Buffer(f stream.Format, frames []float32) (*audio.Float32Buffer, error) {
	format, err := wholeFrames(f, frames)
	if err != nil {
		return nil, err
	}
	return &audio.Float32Buffer{Format: format, Data: appendCanonical(nil, frames), SourceBitDepth: 32}, nil
}

// appendCanonical appends frames to dst, every NaN as pcm.NaN32.
func appendCanonical(dst, frames []float32) []float32 {
	n := len(dst)
	dst = append(dst, frames...)
	for i, v := range dst[n:] {
		if v != v {
			dst[n+i] = math.Float32frombits(pcm.NaN32)
		}
	}
	return dst
}

func wholeFrames(f stream.Format, frames []float32) (*audio.Format, error) {
	format, err := Format(f)
	if err == nil && len(frames)%f.Channels != 0 {
		err = ragged(len(frames), f.Channels)
	}
	return format, err
}

// bufferFormat returns the format of a buffer that AppendFloat32 can take.
func bufferFormat(buf audio.Buffer) (f stream.Format, err error) {
	n := 0
	switch b := buf.(type) {
	case *audio.Float32Buffer:
		if b == nil {
			return f, &RefusedError{"buffer", "nil"}
		}
		f, err = StreamFormat(b.Format)
		n = len(b.Data)
	case *audio.IntBuffer:
		if b == nil {
			return f, &RefusedError{"buffer", "nil"}
		}
		f, err = StreamFormat(b.Format)
		n = len(b.Data)
	case nil:
		return f, &RefusedError{"buffer", "nil"}
	default:
		return f, &RefusedError{"buffer", fmt.Sprintf("%T: full scale is not known, use *audio.Float32Buffer or *audio.IntBuffer", buf)}
	}
	if err == nil && n%f.Channels != 0 {
		err = ragged(n, f.Channels)
	}
	return f, err
}

func checkDepth(bits int) error {
	switch bits {
	case 8, 16, 24, 32:
		return nil
	}
	return &RefusedError{"buffer", fmt.Sprintf("%d bits per sample: need 8, 16, 24 or 32", bits)}
}

func ragged(samples, channels int) error {
	return &RefusedError{"buffer", fmt.Sprintf("%d samples are not a whole number of frames of %d channels", samples, channels)}
}
