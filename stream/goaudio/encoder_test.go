package goaudio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"testing"

	gowav "github.com/go-audio/wav"
)

// TestSinkRefuses: NewSink refuses encoders that do not write a supported encoding, or have written already.
func TestSinkRefuses(t *testing.T) {
	t.Run("nil", func(t *testing.T) {
		_, err := NewSink(nil)
		refused(t, err, "encoder")
	})
	for _, c := range []struct{ rate, bits, channels, tag int }{
		{8000, 12, 1, 1}, {8000, 0, 1, 1}, {8000, 64, 1, 1}, {8000, 16, 1, 3}, {8000, 24, 1, 3}, {8000, 16, 1, 0xFFFE},
		{8000, 8, 1, 6}, {8000, 16, 0, 1}, {8000, 16, -1, 1}, {8000, 16, 1 << 15, 1}, {8000, 8, 1 << 16, 1}, {1, 16, 1, 0},
		{-1, 16, 1, 1}, {math.MaxInt32, 16, 2, 1},
	} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			e := &gowav.Encoder{SampleRate: c.rate, BitDepth: c.bits, NumChans: c.channels, WavAudioFormat: c.tag}
			s, err := NewSink(e)
			if s != nil {
				t.Errorf("got sink %+v, want none", s)
			}
			refused(t, err, "encoder")
		})
	}
	t.Run("has written", func(t *testing.T) {
		var m memory
		e := gowav.NewEncoder(&m, 8000, 16, 1, 1)
		if err := e.WriteFrame(int16(1)); err != nil {
			t.Fatal(err)
		}
		_, err := NewSink(e)
		refused(t, err, "encoder")
	})
}

// TestSinkAborted: a stream that breaks off leaves a file that reads as truncated, also after the encoder is closed.
func TestSinkAborted(t *testing.T) {
	for _, f := range allFormats {
		for channels := 1; channels <= 3; channels++ {
			for _, frames := range []int{0, 1, 21, 42, 20000} {
				t.Run(fmt.Sprintf("%v/%d/%d", f, channels, frames), func(t *testing.T) {
					var m memory
					e := encoder(&m, f, channels)
					e.Metadata = &gowav.Metadata{Artist: "Bob"}
					s := sink(t, e, -1)
					if err := s.Write(noise(frames * channels)); err != nil {
						t.Fatal(err)
					}
					if err := s.Close(errors.New("cancelled")); err != nil {
						t.Fatalf("Close: got error %v, want none", err)
					}
					broken(t, string(m.b))
					if err := e.Close(); err != nil {
						t.Fatalf("Close of the encoder: got error %v, want none", err)
					}
					broken(t, string(m.b))
					outer, data := binary.LittleEndian.Uint32(m.b[4:]), binary.LittleEndian.Uint32(m.b[40:])
					if outer == math.MaxUint32 || data == math.MaxUint32 || outer < data || outer-data != 36 {
						t.Errorf("got sizes %#x and %#x, want two that differ by 36, below %#x", outer, data, uint32(math.MaxUint32))
					}
					if at := bytes.Index(m.b, []byte("Bob")); at >= 0 {
						t.Errorf("got metadata at byte %d, where frames are missing, want none", at)
					}
				})
			}
		}
	}
}

// TestSinkHeader compares whole files: data of an odd size with a pad byte, of an even size, none, and with metadata
// after them. A second Close, and that of the encoder, change nothing.
func TestSinkHeader(t *testing.T) {
	list := "LIST\x10\x00\x00\x00INFOIART\x04\x00\x00\x00Bob\x00"
	for name, c := range map[string]struct {
		frames int
		meta   *gowav.Metadata
		tail   string
	}{
		"odd":      {3, nil, "\x80\x80\x80\x00"},
		"even":     {4, nil, "\x80\x80\x80\x80"},
		"empty":    {0, nil, ""},
		"metadata": {3, &gowav.Metadata{Artist: "Bob"}, "\x80\x80\x80\x00" + list},
	} {
		t.Run(name, func(t *testing.T) {
			want := riff(plain(1, 1, 8), int64(c.frames), c.tail)
			var m memory
			e := gowav.NewEncoder(&m, 8000, 8, 1, 1)
			e.Metadata = c.meta
			s := sink(t, e, -1)
			if err := s.Write(make([]float32, c.frames)); err != nil {
				t.Fatal(err)
			}
			for _, call := range []string{"first", "second"} {
				if err := s.Close(nil); err != nil || string(m.b) != want {
					t.Errorf("%s Close: got %q, error %v, want %q, no error", call, m.b, err, want)
				}
			}
			if err := e.Close(); err != nil || string(m.b) != want {
				t.Errorf("Close of the encoder: got %q, error %v, want %q, no error", m.b, err, want)
			}
		})
	}
}
