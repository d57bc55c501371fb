package goaudio

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream/wav"
)

// TestSinkEqualsWriter: the samples are the bytes that the Writer of stream/wav writes, however the stream is cut; the
// sizes in the header are exact, and its own decoder agrees.
func TestSinkEqualsWriter(t *testing.T) {
	for _, f := range allFormats {
		for _, channels := range []int{1, 2, 3} {
			for _, dither := range []bool{false, true} {
				x := noise(channels * 30001)
				copy(x, []float32{2, -2, 1, -1, float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 0.5 / 128, 1.5 / 32768})
				var m memory
				e := encoder(&m, f, channels)
				s, err := NewSink(e)
				if err != nil {
					t.Fatal(err)
				}
				s.Dither = dither
				if err := s.Open(format(22050, channels), -1); err != nil {
					t.Fatal(err)
				}
				for rest, n := x, 0; len(rest) > 0; rest, n = rest[n*channels:], 2*n+1 {
					n = min(n, len(rest)/channels)
					if err := s.Write(rest[:n*channels]); err != nil {
						t.Fatal(err)
					}
				}
				if err := s.Close(nil); err != nil {
					t.Fatal(err)
				}
				ours := wavFile(t, wav.Options{Encoding: f, Dither: dither}, channels, x)
				got := dataOf(t, string(m.b))
				if !bytes.Equal(got, dataOf(t, ours)) {
					t.Errorf("%v, %d channels, dither %v: bytes differ", f, channels, dither)
				}
				if !same(reference(t, string(m.b)), reference(t, ours)) {
					t.Errorf("%v, %d channels, dither %v: frames differ", f, channels, dither)
				}
				d := gowav.NewDecoder(bytes.NewReader(m.b))
				if err := d.FwdToPCM(); err != nil || d.PCMSize != (len(got)+1)/2*2 || d.SampleRate != 22050 || int(d.NumChans) != channels {
					t.Errorf("%v: decoder has %d bytes of %d, %v", f, d.PCMSize, len(got), err)
				}
				if st := s.Stats(); st.Frames != 30001 || st.NaNs != 1 || (st.Clipped < 3) != f.Float() {
					t.Errorf("%v: %+v", f, st)
				}
			}
		}
	}
}

// TestSinkClips pins the codes of what lies beyond full scale.
func TestSinkClips(t *testing.T) {
	x := []float32{2, -2, 1, -1, float32(math.NaN()), 0}
	for bits, want := range map[int]string{
		8:  "\xFF\x00\xFF\x00\x80\x80",
		16: "\xFF\x7F\x00\x80\xFF\x7F\x00\x80\x00\x00\x00\x00",
		24: "\xFF\xFF\x7F\x00\x00\x80\xFF\xFF\x7F\x00\x00\x80\x00\x00\x00\x00\x00\x00",
		32: "\xFF\xFF\xFF\x7F\x00\x00\x00\x80\xFF\xFF\xFF\x7F\x00\x00\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00",
	} {
		var m memory
		s := sink(t, gowav.NewEncoder(&m, 8000, bits, 1, 1), 6)
		if err := s.Write(x); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(nil); err != nil {
			t.Fatal(err)
		}
		if got := dataOf(t, string(m.b)); string(got) != want {
			t.Errorf("%d bits: % x, want % x", bits, got, want)
		}
		if st := s.Stats(); st.Clipped != 3 || st.NaNs != 1 || st.Peak != 2 {
			t.Errorf("%d bits: %+v", bits, st)
		}
	}
}

// TestSinkWriteAllocates nothing, whatever the block.
func TestSinkWriteAllocates(t *testing.T) {
	for _, f := range allFormats {
		s := sink(t, gowav.NewEncoder(nowhere{}, 22050, 8*f.Bytes(), 2, map[bool]int{false: 1, true: 3}[f.Float()]), -1)
		for _, frames := range []int{1, 1000, 100000} {
			x := noise(2 * frames)
			if n := testing.AllocsPerRun(50, func() {
				if err := s.Write(x); err != nil {
					t.Fatal(err)
				}
			}); n != 0 {
				t.Errorf("%v: %v allocations per block of %d frames", f, n, frames)
			}
		}
	}
}

// TestDecoderOfSink: what a Sink writes, a Source reads.
func TestDecoderOfSink(t *testing.T) {
	for _, f := range allFormats {
		x := noise(3 * 777)
		for i := range x {
			x[i] = float32(math.Round(float64(x[i])*100) / 128)
		}
		var m memory
		s := sink(t, encoder(&m, f, 3), 777)
		if err := s.Write(x); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(nil); err != nil {
			t.Fatal(err)
		}
		got, err := decode(source(t, short(string(m.b))), 50)
		if err != nil || !slices.Equal(got, x) {
			t.Errorf("%v: %s", f, fmt.Sprint(len(got), err))
		}
	}
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

// TestSinkNaN: one pattern goes to the encoder.
func TestSinkNaN(t *testing.T) {
	for f, quiet := range map[pcm.Format]string{pcm.F32: "\x00\x00\xC0\x7F", pcm.F64: "\x00\x00\x00\x00\x00\x00\xF8\x7F"} {
		t.Run(f.String(), func(t *testing.T) {
			var m memory
			s := sink(t, encoder(&m, f, 1), 30)
			for _, err := range []error{s.Write(nans()), s.Close(nil)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if got, want := dataOf(t, string(m.b)), strings.Repeat(quiet, 30); string(got) != want {
				t.Errorf("% x, want % x", got, want)
			}
		})
	}
}
