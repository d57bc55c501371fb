package goaudio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"testing"

	"github.com/go-audio/audio"
	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

var mono = audio.FormatMono44100

func TestFormat(t *testing.T) {
	for _, f := range []stream.Format{format(44100, 2), format(1, 1), format(math.MaxInt32, 65535)} {
		a, err := Format(f)
		if err != nil || a.NumChannels != f.Channels || int64(a.SampleRate) != f.Rate.Num {
			t.Errorf("%v: %v, %v", f, a, err)
			continue
		}
		if back, err := StreamFormat(a); err != nil || back != f {
			t.Errorf("%v comes back as %v, %v", f, back, err)
		}
	}
	for _, f := range []stream.Format{{}, format(0, 1), format(-1, 1), format(8000, 0), {Rate: stream.Rate{Num: 11025, Den: 128}, Channels: 80}} {
		a, err := Format(f)
		refused(t, err, "format")
		if a != nil {
			t.Errorf("%v: %v", f, a)
		}
	}
	for _, a := range []*audio.Format{nil, {}, {NumChannels: 1}, {SampleRate: 8000}, {NumChannels: -1, SampleRate: 8000}, {NumChannels: 1, SampleRate: -1}} {
		_, err := StreamFormat(a)
		refused(t, err, "format")
	}
}

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

// TestBufferSink: complete or nothing.
func TestBufferSink(t *testing.T) {
	x := noise(2 * 1000)
	buf, err := NewFloat32Buffer(format(8000, 2), x)
	if err != nil {
		t.Fatal(err)
	}
	if buf.Data[0]++; buf.Data[0] == x[0] {
		t.Error("frames not copied")
	}
	buf.Data[0] = x[0]
	src, err := NewBufferSource(buf)
	if err != nil {
		t.Fatal(err)
	}
	var sink BufferSink
	if sink.Buffer() != nil || sink.Write(x) == nil {
		t.Error("a sink that is not open")
	}
	if _, err := (stream.Pipeline{Source: src, Sink: &sink, BlockFrames: 7}).Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := sink.Buffer(); got == nil || !same(got.Data, x) || *got.Format != *buf.Format {
		t.Errorf("%v", got)
	}
	if n, err := src.Read(make([]float32, 2)); n != 0 || err != io.EOF {
		t.Errorf("%d frames behind the end, %v", n, err)
	}
	if again, _ := NewBufferSource(buf); again != nil {
		if n, err := again.Read(make([]float32, 1)); n != 0 || err != io.ErrShortBuffer {
			t.Errorf("%d, %v", n, err)
		}
	}

	var cut BufferSink
	if err := cut.Open(format(8000, 2), -1); err != nil {
		t.Fatal(err)
	}
	if cut.Write(x) != nil || cut.Write(x[:1]) == nil || cut.Open(format(8000, 2), -1) == nil || cut.Buffer() != nil {
		t.Error("contract of an open sink")
	}
	if cut.Close(errFull) != nil || cut.Close(nil) != nil || cut.Buffer() != nil {
		t.Error("a stream that broke off is presented as whole")
	}
	refused(t, (&BufferSink{}).Open(stream.Format{Rate: stream.Rate{Num: 1, Den: 2}, Channels: 1}, -1), "format")
}

// TestPipelineAborted: a source that breaks off reaches the encoder's file as an incomplete one.
func TestPipelineAborted(t *testing.T) {
	file := wavFile(t, wav.Options{Encoding: pcm.S16}, 2, noise(2*50000))
	var m memory
	e := encoder(&m, pcm.S24, 2)
	s, err := NewSink(e)
	if err != nil {
		t.Fatal(err)
	}
	_, err = stream.Pipeline{Source: source(t, short(file[:len(file)-1])), Sink: s}.Run(context.Background())
	var cut *wav.TruncatedError
	if !errors.As(err, &cut) || cut.Frames != 49999 {
		t.Errorf("%v", err)
	}
	broken(t, string(m.b))
}
