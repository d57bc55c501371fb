package goaudio

import (
	"fmt"
	"math"
	"slices"

	"github.com/go-audio/audio"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// AppendFloat32 appends the samples of buf to dst, [frames, channels], with full scale from -1 to 1. buf is one of
//
//   - *audio.Float32Buffer: its values are appended as they are.
//   - *audio.IntBuffer: a value v becomes v/2^(b-1), where b is its SourceBitDepth, 8, 16, 24 or 32. Values must be as
//     go-audio decoders return them: from -2^(b-1) to 2^(b-1)-1. Only 8-bit values are from 0 to 255, and 128 is
//     subtracted from them first.
//
// Do not pass an *audio.IntBuffer that a go-audio decoder has filled from a file of floats: it holds the bit patterns
// of the floats, which look like 32-bit integers. Read such a file with [NewSource].
//
// The error is a *RefusedError, and dst is returned unchanged, if buf is nil or of another type, or if its format, its
// bit depth, a value, or its length is not valid. An *audio.FloatBuffer is refused because its full scale is not known.
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
			return dst, &RefusedError{"buffer", fmt.Sprintf("value %d at index %d: a %d-bit sample must be %d to %d",
				v, i, bits, zero-half, zero+half-1)}
		}
		out[n+i] = float32(c) * scale
	}
	return out, nil
}

// AppendInt appends samples to dst as integers of 8, 16, 24 or 32 bits, in the convention of [AppendFloat32]: 8-bit
// samples are 0 to 255, with 128 as zero. It rounds to nearest even and saturates. clipped is the number of samples
// beyond the range, which includes +1.0. NaN becomes zero. For another number of bits the error is a *RefusedError.
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

// NewIntBuffer returns a buffer with the integers that [AppendInt] appends. The error is a *RefusedError, for the
// reasons of [Format] and AppendInt, and if frames is not a whole number of frames.
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

// NewFloat32Buffer returns a buffer with a copy of frames. Every NaN becomes the one of pcm.NaN32, and values beyond
// full scale stay. The error is a *RefusedError, for the reasons of [Format], and if frames is not a whole number of
// frames.
func NewFloat32Buffer(f stream.Format, frames []float32) (*audio.Float32Buffer, error) {
	format, err := wholeFrames(f, frames)
	if err != nil {
		return nil, err
	}
	return &audio.Float32Buffer{Format: format, Data: appendCanonical(nil, frames), SourceBitDepth: 32}, nil
}

// appendCanonical appends frames to dst, with every NaN replaced by pcm.NaN32.
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

// wholeFrames returns Format(f). It fails if frames is not a whole number of frames.
func wholeFrames(f stream.Format, frames []float32) (*audio.Format, error) {
	format, err := Format(f)
	if err == nil && len(frames)%f.Channels != 0 {
		err = ragged(len(frames), f.Channels)
	}
	return format, err
}

// bufferFormat returns the format of a buffer. It fails if AppendFloat32 accepts no buffer of that type, format or
// length.
func bufferFormat(buf audio.Buffer) (f stream.Format, err error) {
	n := 0
	switch b := buf.(type) {
	case *audio.Float32Buffer:
		if b == nil {
			return f, &RefusedError{"buffer", "is nil"}
		}
		f, err = StreamFormat(b.Format)
		n = len(b.Data)
	case *audio.IntBuffer:
		if b == nil {
			return f, &RefusedError{"buffer", "is nil"}
		}
		f, err = StreamFormat(b.Format)
		n = len(b.Data)
	case nil:
		return f, &RefusedError{"buffer", "is nil"}
	default:
		return f, &RefusedError{"buffer",
			fmt.Sprintf("%T: full scale is not known: use *audio.Float32Buffer or *audio.IntBuffer", buf)}
	}
	if err == nil && n%f.Channels != 0 {
		err = ragged(n, f.Channels)
	}
	return f, err
}

// checkDepth fails unless bits is a depth of integer samples.
func checkDepth(bits int) error {
	switch bits {
	case 8, 16, 24, 32:
		return nil
	}
	return &RefusedError{"buffer", fmt.Sprintf("%d bits per sample: must be 8, 16, 24 or 32", bits)}
}

// ragged is the error for samples that are not whole frames.
func ragged(samples, channels int) error {
	return &RefusedError{"buffer", fmt.Sprintf("%d samples: not a whole number of frames of %d channels", samples,
		channels)}
}
