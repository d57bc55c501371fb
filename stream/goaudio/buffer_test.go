package goaudio

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/go-audio/audio"
	gowav "github.com/go-audio/wav"
	"github.com/google/go-cmp/cmp"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream/wav"
)

var mono = audio.FormatMono44100

// TestAppendFloat32: the values of a buffer are appended to a slice, and read from a BufferSource.
func TestAppendFloat32(t *testing.T) {
	for _, c := range []struct {
		buf  audio.Buffer
		want []float32
	}{
		{&audio.IntBuffer{Format: mono, SourceBitDepth: 8, Data: []int{0, 128, 255}}, []float32{-1, 0, 127. / 128}},
		{&audio.IntBuffer{Format: mono, SourceBitDepth: 16, Data: []int{-32768, 1, 32767}},
			[]float32{-1, 1. / 32768, 32767. / 32768}},
		{&audio.IntBuffer{Format: mono, SourceBitDepth: 24, Data: []int{-1 << 23, 1<<23 - 1}}, []float32{-1, 1 - 1./(1<<23)}},
		{&audio.IntBuffer{Format: mono, SourceBitDepth: 32, Data: []int{-1 << 31, 1<<31 - 1, 1 << 30}},
			[]float32{-1, 1, 0.5}},
		{&audio.IntBuffer{Format: mono, SourceBitDepth: 16}, nil},
		{&audio.Float32Buffer{Format: mono, Data: []float32{2, -0.5, float32(math.NaN())}},
			[]float32{2, -0.5, float32(math.NaN())}},
	} {
		t.Run(fmt.Sprintf("%T/%d bits/%d", c.buf, bitsOf(c.buf), len(c.want)), func(t *testing.T) {
			got, err := AppendFloat32([]float32{7}, c.buf)
			if want := append([]float32{7}, c.want...); err != nil || !same(got, want) {
				t.Errorf("AppendFloat32: got %v, error %v, want %v, no error", got, err, want)
			}
			s, err := NewBufferSource(c.buf)
			if err != nil {
				t.Fatalf("NewBufferSource: got error %v, want none", err)
			}
			if s.Frames() != int64(len(c.want)) || s.Format() != format(44100, 1) {
				t.Errorf("source: got %d frames of %v, want %d of %v", s.Frames(), s.Format(), len(c.want), format(44100, 1))
			}
			if got, err := decode(s, 2); err != nil || !same(got, c.want) {
				t.Errorf("source: got %v, error %v, want %v, no error", got, err, c.want)
			}
		})
	}
}

// bitsOf returns the number of bits of the integers of a buffer, 0 for floats.
func bitsOf(buf audio.Buffer) int {
	if b, ok := buf.(*audio.IntBuffer); ok && b != nil {
		return b.SourceBitDepth
	}
	return 0
}

// TestBufferRefused: buffers without a valid format, whole frames or values within their range are refused, and nothing
// is appended.
func TestBufferRefused(t *testing.T) {
	stereo := audio.FormatStereo44100
	var noFloat *audio.Float32Buffer
	var noInt *audio.IntBuffer
	for name, c := range map[string]struct {
		buf  audio.Buffer
		what string
	}{
		"nil":                    {nil, "buffer"},
		"nil Float32Buffer":      {noFloat, "buffer"},
		"nil IntBuffer":          {noInt, "buffer"},
		"floats without format":  {&audio.Float32Buffer{Data: []float32{1}}, "format"},
		"ints without format":    {&audio.IntBuffer{Data: []int{1}, SourceBitDepth: 16}, "format"},
		"no channels":            {&audio.IntBuffer{Format: &audio.Format{SampleRate: 8000}, SourceBitDepth: 16}, "format"},
		"half a frame of floats": {&audio.Float32Buffer{Format: stereo, Data: []float32{1}}, "buffer"},
		"half a frame of ints":   {&audio.IntBuffer{Format: stereo, Data: []int{1, 2, 3}, SourceBitDepth: 16}, "buffer"},
		"0 bits":                 {&audio.IntBuffer{Format: mono, Data: []int{1}}, "buffer"},
		"12 bits":                {&audio.IntBuffer{Format: mono, Data: []int{1}, SourceBitDepth: 12}, "buffer"},
		"64 bits":                {&audio.IntBuffer{Format: mono, Data: []int{1}, SourceBitDepth: 64}, "buffer"},
		"-1 in 8 bits":           {&audio.IntBuffer{Format: mono, Data: []int{-1}, SourceBitDepth: 8}, "buffer"},
		"256 in 8 bits":          {&audio.IntBuffer{Format: mono, Data: []int{256}, SourceBitDepth: 8}, "buffer"},
		"2^15 in 16 bits":        {&audio.IntBuffer{Format: mono, Data: []int{0, 32768}, SourceBitDepth: 16}, "buffer"},
		"-2^23-1 in 24 bits":     {&audio.IntBuffer{Format: mono, Data: []int{-1<<23 - 1}, SourceBitDepth: 24}, "buffer"},
		"FloatBuffer":            {&audio.FloatBuffer{Format: mono, Data: []float64{1}}, "buffer"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := AppendFloat32([]float32{7}, c.buf)
			refused(t, err, c.what)
			if want := []float32{7}; !slices.Equal(got, want) {
				t.Errorf("slice appended to: got %v, want %v", got, want)
			}
			_, err = NewBufferSource(c.buf)
			refused(t, err, c.what)
		})
	}
	for _, bits := range []int{0, 1, 12, 64, -8} {
		t.Run(fmt.Sprintf("NewIntBuffer/%d", bits), func(t *testing.T) {
			_, _, err := NewIntBuffer(format(8000, 1), bits, []float32{0})
			refused(t, err, "buffer")
		})
	}
	t.Run("NewIntBuffer/half a frame", func(t *testing.T) {
		_, _, err := NewIntBuffer(format(8000, 2), 16, []float32{0})
		refused(t, err, "buffer")
	})
	t.Run("NewFloat32Buffer/half a frame", func(t *testing.T) {
		_, err := NewFloat32Buffer(format(8000, 2), []float32{0})
		refused(t, err, "buffer")
	})
	t.Run("NewFloat32Buffer/rate of 0", func(t *testing.T) {
		_, err := NewFloat32Buffer(format(0, 2), nil)
		refused(t, err, "format")
	})
}

// TestNewIntBuffer: the integers are those that a file of the same encoding has, and pass unchanged through the encoder
// and the decoder of go-audio.
func TestNewIntBuffer(t *testing.T) {
	x := append(noise(1000), 2, -2, 1, -1, float32(math.NaN()), 0.5/128)
	for _, f := range []pcm.Format{pcm.U8, pcm.S16, pcm.S24, pcm.S32} {
		t.Run(f.String(), func(t *testing.T) {
			buf, clipped, err := NewIntBuffer(format(22050, 2), 8*f.Bytes(), x)
			if err != nil {
				t.Fatalf("NewIntBuffer: got error %v, want none", err)
			}
			if buf.NumFrames() != len(x)/2 || buf.Format.SampleRate != 22050 || buf.SourceBitDepth != 8*f.Bytes() {
				t.Fatalf("got %d frames, %d Hz, %d bits, want %d, 22050, %d",
					buf.NumFrames(), buf.Format.SampleRate, buf.SourceBitDepth, len(x)/2, 8*f.Bytes())
			}
			got, err := AppendFloat32(nil, buf)
			if err != nil {
				t.Errorf("AppendFloat32: got error %v, want none", err)
			}
			wantSamples(t, got, reference(t, wavFile(t, wav.Options{Encoding: f}, 2, x)))
			var m memory
			e := encoder(&m, f, 2)
			if err := errors.Join(e.Write(buf), e.Close()); err != nil {
				t.Fatal(err)
			}
			back, err := gowav.NewDecoder(bytes.NewReader(m.b)).FullPCMBuffer()
			if err != nil {
				t.Fatalf("go-audio: got error %v, want none", err)
			}
			if diff := cmp.Diff(buf.Data, back.Data); diff != "" {
				t.Errorf("go-audio: got %d integers, want %d, difference (-want +got):\n%s", len(back.Data), len(buf.Data), diff)
			}
			enc, _ := pcm.NewEncoder(f, 2, false)
			enc.Encode(nil, x)
			if want := enc.Stats().Clipped; clipped != want || clipped < 3 {
				t.Errorf("clipped: got %d, want %d, at least 3", clipped, want)
			}
		})
	}
}

// TestBufferNaN: every NaN in a buffer has the same bit pattern. The frames from which the buffer is created do not
// change.
func TestBufferNaN(t *testing.T) {
	check := func(t *testing.T, data []float32) {
		t.Helper()
		if len(data) != 32 || data[0] != 0.5 || !math.IsInf(float64(data[31]), -1) {
			t.Fatalf("got %v, want 0.5, 30 NaN and -Inf", data)
		}
		for i, v := range data[1:31] {
			if got, want := math.Float32bits(v), uint32(0x7FC00000); got != want {
				t.Errorf("sample %d: got %#x, want %#x", 1+i, got, want)
			}
		}
	}
	x := append(append([]float32{0.5}, nans()...), float32(math.Inf(-1)))
	t.Run("NewFloat32Buffer", func(t *testing.T) {
		buf, err := NewFloat32Buffer(format(8000, 2), x)
		if err != nil {
			t.Fatal(err)
		}
		check(t, buf.Data)
	})
	for _, frames := range []int{1, 5, 16} {
		t.Run(fmt.Sprintf("BufferSink/%d", frames), func(t *testing.T) {
			var s BufferSink
			err := s.Open(format(8000, 2), -1)
			for at := 0; at < len(x) && err == nil; at += 2 * frames {
				err = s.Write(x[at:min(at+2*frames, len(x))])
			}
			if err == nil {
				err = s.Close(nil)
			}
			if err != nil {
				t.Fatal(err)
			}
			check(t, s.Buffer().Data)
		})
	}
	if got, want := math.Float32bits(x[1]), uint32(0xFFC00000); got != want {
		t.Errorf("NaN in the frames: got %#x afterwards, want %#x", got, want)
	}
}
