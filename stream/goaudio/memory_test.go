package goaudio

import (
	"errors"
	"io"
	"testing"

	"github.com/tailwave/tailwave/stream"
)

// TestBufferSink: the buffer of a sink has all frames of the stream, or is nil if the stream was not completed.
func TestBufferSink(t *testing.T) {
	x := noise(2 * 1000)
	buf, err := NewFloat32Buffer(format(8000, 2), x)
	if err != nil {
		t.Fatal(err)
	}
	fails := func(t *testing.T, what string, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("%s: got no error, want one", what)
		}
	}
	wantNone := func(t *testing.T, when string, s *BufferSink) {
		t.Helper()
		if got := s.Buffer(); got != nil {
			t.Errorf("buffer %s: got %d values, want nil", when, len(got.Data))
		}
	}
	t.Run("complete", func(t *testing.T) {
		src, err := NewBufferSource(buf)
		if err != nil {
			t.Fatal(err)
		}
		var sink BufferSink
		wantNone(t, "before Open", &sink)
		fails(t, "Write before Open", sink.Write(x))
		if _, err := (stream.Pipeline{Source: src, Sink: &sink, BlockFrames: 7}).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := sink.Buffer()
		if got == nil || *got.Format != *buf.Format {
			t.Fatalf("buffer: got %v, want one of %v", got, *buf.Format)
		}
		wantSamples(t, got.Data, x)
		if n, err := src.Read(make([]float32, 2)); n != 0 || err != io.EOF {
			t.Errorf("Read of the source after its end: got %d frames, error %v, want 0, %v", n, err, io.EOF)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		var sink BufferSink
		if err := sink.Open(format(8000, 2), -1); err != nil {
			t.Fatal(err)
		}
		if err := sink.Write(x); err != nil {
			t.Errorf("Write: got error %v, want none", err)
		}
		fails(t, "Write of half a frame", sink.Write(x[:1]))
		fails(t, "second Open", sink.Open(format(8000, 2), -1))
		wantNone(t, "before Close", &sink)
		if err := errors.Join(sink.Close(errFull), sink.Close(nil)); err != nil {
			t.Errorf("Close, twice: got error %v, want none", err)
		}
		wantNone(t, "after Close with a cause", &sink)
	})
	t.Run("format", func(t *testing.T) {
		half := stream.Format{Rate: stream.Rate{Num: 1, Den: 2}, Channels: 1}
		refused(t, (&BufferSink{}).Open(half, -1), "format")
	})
}

// TestBufferSource: a source of a copy of the frames reads to the end of its buffer, in whole frames.
func TestBufferSource(t *testing.T) {
	x := noise(2 * 1000)
	buf, err := NewFloat32Buffer(format(8000, 2), x)
	if err != nil {
		t.Fatal(err)
	}
	if buf.Data[0]++; buf.Data[0] == x[0] {
		t.Errorf("frames: got %v, which changed with the buffer, want a copy", x[0])
	}
	buf.Data[0] = x[0]
	src, err := NewBufferSource(buf)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := src.Read(make([]float32, 1)); n != 0 || err != io.ErrShortBuffer {
		t.Errorf("Read of half a frame: got %d frames, error %v, want 0, %v", n, err, io.ErrShortBuffer)
	}
	got, err := decode(src, 7)
	if err != nil {
		t.Errorf("got error %v, want none", err)
	}
	wantSamples(t, got, x)
	if n, err := src.Read(make([]float32, 2)); n != 0 || err != io.EOF {
		t.Errorf("Read at the end: got %d frames, error %v, want 0, %v", n, err, io.EOF)
	}
}
