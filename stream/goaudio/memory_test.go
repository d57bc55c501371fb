package goaudio

import (
	"context"
	"io"
	"testing"

	"github.com/tailwave/tailwave/stream"
)

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
