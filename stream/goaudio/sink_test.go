package goaudio

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"testing"

	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream/wav"
)

// encoder makes an encoder for an encoding.
func encoder(m *memory, f pcm.Format, channels int) *gowav.Encoder {
	tag := tagPCM
	if f.Float() {
		tag = tagFloat
	}
	return gowav.NewEncoder(m, 22050, 8*f.Bytes(), channels, tag)
}

// sink opens a Sink.
func sink(t testing.TB, e *gowav.Encoder, frames int64) *Sink {
	t.Helper()
	s, err := NewSink(e)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Open(format(e.SampleRate, e.NumChans), frames); err != nil {
		t.Fatal(err)
	}
	return s
}

// dataOf returns the bytes of the data chunk of a file.
func dataOf(t testing.TB, file string) []byte {
	t.Helper()
	r, err := wav.NewReader(bytes.NewReader([]byte(file)))
	if err != nil {
		t.Fatal(err)
	}
	i := r.Info()
	if i.DataBytes < 0 || i.DataOffset+i.DataBytes+i.DataBytes%2 != int64(len(file)) {
		t.Fatalf("file of %d bytes: %+v", len(file), i)
	}
	return []byte(file[i.DataOffset:][:i.DataBytes])
}

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
