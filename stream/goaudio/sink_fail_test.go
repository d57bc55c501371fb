package goaudio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream/wav"
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

// TestSinkOpenRefuses streams that are not the encoder's, and writes nothing.
func TestSinkOpenRefuses(t *testing.T) {
	var m memory
	for _, c := range []struct {
		rate, channels int
		frames         int64
		what           string
	}{
		{44100, 2, -1, "encoder"}, {22050, 1, -1, "encoder"}, {22050, 2, 1 << 30, "encoder"}, {22050, 2, math.MaxInt64, "encoder"},
		{0, 2, -1, "format"}, {22050, 0, -1, "format"},
	} {
		s, err := NewSink(encoder(&m, pcm.S16, 2))
		if err != nil {
			t.Fatal(err)
		}
		refused(t, s.Open(format(c.rate, c.channels), c.frames), c.what)
		if len(m.b) != 0 {
			t.Errorf("%+v: %d bytes written", c, len(m.b))
		}
	}
	s, err := NewSink(encoder(&m, pcm.S16, 2))
	if err != nil {
		t.Fatal(err)
	}
	f := format(22050, 2)
	f.Rate.Den = 4
	refused(t, s.Open(f, -1), "format")
	if s.Write([]float32{0, 0}) == nil || s.Close(nil) != nil || len(m.b) != 0 {
		t.Error("a sink that is not open wrote")
	}
	if err := s.Open(format(22050, 2), (math.MaxUint32-37)/4); err != nil {
		t.Errorf("the longest file: %v", err)
	}
	if s.Open(format(22050, 2), -1) == nil {
		t.Error("opened twice")
	}
	if s.Write([]float32{1, 2, 3}) == nil {
		t.Error("wrote half a frame")
	}
}

// TestSinkLimit: the frame that would pass the limit is refused, with those it came with; the file up to there is not
// presented as whole.
func TestSinkLimit(t *testing.T) {
	for _, meta := range []*gowav.Metadata{nil, {Artist: "Bob"}} {
		var m memory
		e := encoder(&m, pcm.S24, 1)
		e.Metadata = meta
		s, err := NewSink(e)
		if err != nil {
			t.Fatal(err)
		}
		s.limit = 36 + 3*11 + 1 // pad byte
		if meta != nil {
			s.limit += 24
		}
		s.limit--
		refused(t, s.Open(format(22050, 1), 11), "encoder")
		s.limit++
		if err := s.Open(format(22050, 1), -1); err != nil {
			t.Fatal(err)
		}
		if err := s.Write(make([]float32, 11)); err != nil {
			t.Errorf("within the limit: %v", err)
		}
		refused(t, s.Write(make([]float32, 1)), "encoder")
		refused(t, s.Write(make([]float32, 0)), "encoder")
		refused(t, s.Close(nil), "encoder")
		broken(t, string(m.b))
	}
}

// broken checks that a reader finds a file incomplete, and that closing its encoder again does not mend it.
func broken(t testing.TB, file string) {
	t.Helper()
	r, err := wav.NewReader(bytes.NewReader([]byte(file)))
	if err != nil {
		return
	}
	var e *wav.TruncatedError
	if x, err := decode(r, 100); !errors.As(err, &e) {
		t.Errorf("%d samples, %v: looks whole", len(x), err)
	}
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

// TestSinkWriterFails: the writer's error comes through, wherever it happens, and stays. If the header can still be
// replaced then, the file does not look whole.
func TestSinkWriterFails(t *testing.T) {
	x := noise(100001)      // odd, in blocks of an even size
	full := 44 + len(x) + 1 // with one more
	for _, patches := range []bool{false, true} {
		for _, limit := range []int{1, 10, 40, 44, 45, 44 + blockBytes, 44 + 70000, full - 1, full, full + 4} {
			m := memory{limit: limit, patches: patches}
			s, err := NewSink(encoder(&m, pcm.U8, 1))
			if err != nil {
				t.Fatal(err)
			}
			said := func(err error) bool { return err != nil && strings.Contains(err.Error(), errFull.Error()) }
			err = s.Open(format(22050, 1), -1)
			if limit < 44 {
				if !said(err) {
					t.Errorf("limit %d: %v", limit, err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			first := s.Write(x)
			if second := s.Write(x[:1]); first != nil && second != first {
				t.Errorf("limit %d: %v, then %v", limit, first, second)
			}
			err = s.Close(nil)
			switch {
			case limit >= full && patches:
				if err != nil {
					t.Errorf("limit %d: %v", limit, err)
				}
			case !said(err) || limit < full && !errors.Is(err, errFull):
				t.Errorf("limit %d: %v", limit, err)
			}
			if patches && err != nil {
				broken(t, string(m.b))
			}
		}
	}
	m := memory{noSeek: true}
	s := sink(t, encoder(&m, pcm.S16, 1), 1)
	if err := s.Write(x[:1]); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(nil); !errors.Is(err, errPipe) {
		t.Errorf("pipe: %v", err)
	}
	if s := sink(t, encoder(&m, pcm.S16, 1), 1); !errors.Is(s.Close(errFull), errPipe) {
		t.Error("pipe: aborted without an error")
	}
}
