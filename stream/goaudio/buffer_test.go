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

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream/wav"
)

var mono = audio.FormatMono44100

func TestAppendFloat32(t *testing.T) {
	for _, c := range []struct {
		buf  audio.Buffer
		want []float32
	}{
		{&audio.IntBuffer{Format: mono, SourceBitDepth: 8, Data: []int{0, 128, 255}}, []float32{-1, 0, 127. / 128}},
		{&audio.IntBuffer{Format: mono, SourceBitDepth: 16, Data: []int{-32768, 1, 32767}}, []float32{-1, 1. / 32768, 32767. / 32768}},
		{&audio.IntBuffer{Format: mono, SourceBitDepth: 24, Data: []int{-1 << 23, 1<<23 - 1}}, []float32{-1, 1 - 1./(1<<23)}},
		{&audio.IntBuffer{Format: mono, SourceBitDepth: 32, Data: []int{-1 << 31, 1<<31 - 1, 1 << 30}}, []float32{-1, 1, 0.5}},
		{&audio.IntBuffer{Format: mono, SourceBitDepth: 16}, nil},
		{&audio.Float32Buffer{Format: mono, Data: []float32{2, -0.5, float32(math.NaN())}}, []float32{2, -0.5, float32(math.NaN())}},
	} {
		got, err := AppendFloat32([]float32{7}, c.buf)
		if err != nil || !same(got, append([]float32{7}, c.want...)) {
			t.Errorf("%+v: %v, %v", c.buf, got, err)
		}
		s, err := NewBufferSource(c.buf)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := decode(s, 2); err != nil || !same(got, c.want) || s.Frames() != int64(len(c.want)) || s.Format() != format(44100, 1) {
			t.Errorf("source of %+v: %v, %v", c.buf, got, err)
		}
	}
}

func TestBufferRefused(t *testing.T) {
	stereo := audio.FormatStereo44100
	var noFloat *audio.Float32Buffer
	var noInt *audio.IntBuffer
	for _, c := range []struct {
		buf  audio.Buffer
		what string
	}{
		{nil, "buffer"}, {noFloat, "buffer"}, {noInt, "buffer"},
		{&audio.Float32Buffer{Data: []float32{1}}, "format"},
		{&audio.IntBuffer{Data: []int{1}, SourceBitDepth: 16}, "format"},
		{&audio.IntBuffer{Format: &audio.Format{SampleRate: 8000}, SourceBitDepth: 16}, "format"},
		{&audio.Float32Buffer{Format: stereo, Data: []float32{1}}, "buffer"},
		{&audio.IntBuffer{Format: stereo, Data: []int{1, 2, 3}, SourceBitDepth: 16}, "buffer"},
		{&audio.IntBuffer{Format: mono, Data: []int{1}}, "buffer"},
		{&audio.IntBuffer{Format: mono, Data: []int{1}, SourceBitDepth: 12}, "buffer"},
		{&audio.IntBuffer{Format: mono, Data: []int{1}, SourceBitDepth: 64}, "buffer"},
		{&audio.IntBuffer{Format: mono, Data: []int{-1}, SourceBitDepth: 8}, "buffer"},
		{&audio.IntBuffer{Format: mono, Data: []int{256}, SourceBitDepth: 8}, "buffer"},
		{&audio.IntBuffer{Format: mono, Data: []int{0, 32768}, SourceBitDepth: 16}, "buffer"},
		{&audio.IntBuffer{Format: mono, Data: []int{-1<<23 - 1}, SourceBitDepth: 24}, "buffer"},
		{&audio.FloatBuffer{Format: mono, Data: []float64{1}}, "buffer"},
	} {
		got, err := AppendFloat32([]float32{7}, c.buf)
		refused(t, err, c.what)
		if !slices.Equal(got, []float32{7}) {
			t.Errorf("%+v: dst is %v", c.buf, got)
		}
		_, err = NewBufferSource(c.buf)
		refused(t, err, c.what)
	}
	for _, bits := range []int{0, 1, 12, 64, -8} {
		_, _, err := NewIntBuffer(format(8000, 1), bits, []float32{0})
		refused(t, err, "buffer")
	}
	_, _, err := NewIntBuffer(format(8000, 2), 16, []float32{0})
	refused(t, err, "buffer")
	_, err = NewFloat32Buffer(format(8000, 2), []float32{0})
	refused(t, err, "buffer")
	_, err = NewFloat32Buffer(format(0, 2), nil)
	refused(t, err, "format")
}

// TestNewIntBuffer: the integers are those that an encoder writes, through go-audio's own encoder and decoder too.
func TestNewIntBuffer(t *testing.T) {
	x := append(noise(1000), 2, -2, 1, -1, float32(math.NaN()), 0.5/128)
	for _, f := range []pcm.Format{pcm.U8, pcm.S16, pcm.S24, pcm.S32} {
		buf, clipped, err := NewIntBuffer(format(22050, 2), 8*f.Bytes(), x)
		if err != nil || buf.NumFrames() != len(x)/2 || buf.Format.SampleRate != 22050 || buf.SourceBitDepth != 8*f.Bytes() {
			t.Fatal(buf, err)
		}
		want := reference(t, wavFile(t, wav.Options{Encoding: f}, 2, x))
		if got, err := AppendFloat32(nil, buf); err != nil || !same(got, want) {
			t.Errorf("%v: differs from stream/wav, %v", f, err)
		}
		var m memory
		e := encoder(&m, f, 2)
		if err := errors.Join(e.Write(buf), e.Close()); err != nil {
			t.Fatal(err)
		}
		back, err := gowav.NewDecoder(bytes.NewReader(m.b)).FullPCMBuffer()
		if err != nil || !slices.Equal(back.Data, buf.Data) {
			t.Errorf("%v: go-audio reads other integers, %v", f, err)
		}
		enc, _ := pcm.NewEncoder(f, 2, false)
		enc.Encode(nil, x)
		if s := enc.Stats(); clipped != s.Clipped || clipped < 3 {
			t.Errorf("%v: %d clipped, want %d", f, clipped, s.Clipped)
		}
	}
}

// TestBufferNaN: one pattern is in buffers. What they are made of stays as it is.
func TestBufferNaN(t *testing.T) {
	check := func(t *testing.T, data []float32) {
		t.Helper()
		if len(data) != 32 || data[0] != 0.5 || !math.IsInf(float64(data[31]), -1) {
			t.Fatalf("%v, want 0.5, 30 NaN and -Inf", data)
		}
		for i, v := range data[1:31] {
			if got, want := math.Float32bits(v), uint32(0x7FC00000); got != want {
				t.Errorf("sample %d is %#x, want %#x", 1+i, got, want)
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
		t.Errorf("the frames have %#x now, want %#x", got, want)
	}
}
