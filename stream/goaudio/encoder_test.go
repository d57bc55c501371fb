package goaudio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"testing"

	gowav "github.com/go-audio/wav"
)

// TestSinkRefuses encoders that cannot write what is asked for.
func TestSinkRefuses(t *testing.T) {
	_, err := NewSink(nil)
	refused(t, err, "encoder")
	for _, c := range []struct{ rate, bits, channels, tag int }{
		{8000, 12, 1, 1}, {8000, 0, 1, 1}, {8000, 64, 1, 1}, {8000, 16, 1, 3}, {8000, 24, 1, 3}, {8000, 16, 1, 0xFFFE}, {8000, 8, 1, 6},
		{8000, 16, 0, 1}, {8000, 16, -1, 1}, {8000, 16, 1 << 15, 1}, {8000, 8, 1 << 16, 1}, {1, 16, 1, 0},
		{-1, 16, 1, 1}, {math.MaxInt32, 16, 2, 1},
	} {
		e := &gowav.Encoder{SampleRate: c.rate, BitDepth: c.bits, NumChans: c.channels, WavAudioFormat: c.tag}
		s, err := NewSink(e)
		if s != nil {
			t.Errorf("%+v accepted", c)
		}
		refused(t, err, "encoder")
	}
	var m memory
	e := gowav.NewEncoder(&m, 8000, 16, 1, 1)
	if err := e.WriteFrame(int16(1)); err != nil {
		t.Fatal(err)
	}
	_, err = NewSink(e)
	refused(t, err, "encoder")
}

// TestSinkAborted: a stream that breaks off leaves no file that looks whole.
func TestSinkAborted(t *testing.T) {
	for _, f := range allFormats {
		for channels := 1; channels <= 3; channels++ {
			for _, frames := range []int{0, 1, 21, 42, 20000} {
				var m memory
				e := encoder(&m, f, channels)
				e.Metadata = &gowav.Metadata{Artist: "Bob"}
				s := sink(t, e, -1)
				if err := s.Write(noise(frames * channels)); err != nil {
					t.Fatal(err)
				}
				if err := s.Close(errors.New("cancelled")); err != nil {
					t.Fatal(err)
				}
				broken(t, string(m.b))
				if err := e.Close(); err != nil {
					t.Fatal(err)
				}
				broken(t, string(m.b))
				outer, data := binary.LittleEndian.Uint32(m.b[4:]), binary.LittleEndian.Uint32(m.b[40:])
				if outer == math.MaxUint32 || data == math.MaxUint32 || outer < data || outer-data != 36 {
					t.Errorf("sizes %#x and %#x", outer, data)
				}
				if bytes.Contains(m.b, []byte("Bob")) {
					t.Error("metadata in the place of frames")
				}
			}
		}
	}
}

// TestSinkHeader: the whole file, of odd data with a pad byte, of none, and with metadata behind it.
func TestSinkHeader(t *testing.T) {
	list := "LIST\x10\x00\x00\x00INFOIART\x04\x00\x00\x00Bob\x00"
	for _, c := range []struct {
		frames int
		meta   *gowav.Metadata
		tail   string
	}{{3, nil, "\x80\x80\x80\x00"}, {4, nil, "\x80\x80\x80\x80"}, {0, nil, ""}, {3, &gowav.Metadata{Artist: "Bob"}, "\x80\x80\x80\x00" + list}} {
		want := riff(plain(1, 1, 8), int64(c.frames), c.tail)
		var m memory
		e := gowav.NewEncoder(&m, 8000, 8, 1, 1)
		e.Metadata = c.meta
		s := sink(t, e, -1)
		if err := s.Write(make([]float32, c.frames)); err != nil {
			t.Fatal(err)
		}
		for range 2 { // a second Close changes nothing
			if err := s.Close(nil); err != nil {
				t.Fatal(err)
			}
			if string(m.b) != want {
				t.Errorf("%d frames: %q, want %q", c.frames, m.b, want)
			}
		}
		if err := e.Close(); err != nil || string(m.b) != want {
			t.Errorf("%d frames, deferred Close: %q, want %q, %v", c.frames, m.b, want, err)
		}
	}
}
