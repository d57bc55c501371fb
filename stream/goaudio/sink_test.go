package goaudio

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// TestSinkEqualsWriter: the samples are the bytes that the Writer of stream/wav writes, however the stream is cut, and
// the decoder of go-audio finds the right sizes in the header.
func TestSinkEqualsWriter(t *testing.T) {
	for _, f := range allFormats {
		for _, channels := range []int{1, 2, 3} {
			for _, dither := range []bool{false, true} {
				t.Run(fmt.Sprintf("%v/%d/dither=%v", f, channels, dither), func(t *testing.T) {
					checkSink(t, f, channels, dither)
				})
			}
		}
	}
}

// checkSink writes the same samples with a Sink and with a Writer.
func checkSink(t *testing.T, f pcm.Format, channels int, dither bool) {
	t.Helper()
	x := noise(channels * 30001)
	inf := float32(math.Inf(1))
	copy(x, []float32{2, -2, 1, -1, float32(math.NaN()), inf, -inf, 0.5 / 128, 1.5 / 32768})
	var m memory
	s, err := NewSink(encoder(&m, f, channels))
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
	wantBytes(t, got, dataOf(t, ours))
	wantSamples(t, reference(t, string(m.b)), reference(t, ours))
	d := gowav.NewDecoder(bytes.NewReader(m.b))
	if err := d.FwdToPCM(); err != nil || d.PCMSize != (len(got)+1)/2*2 || d.SampleRate != 22050 ||
		int(d.NumChans) != channels {
		t.Errorf("decoder: got %d bytes, %d Hz, %d channels, error %v, want %d, 22050, %d, no error",
			d.PCMSize, d.SampleRate, d.NumChans, err, (len(got)+1)/2*2, channels)
	}
	if st := s.Stats(); st.Frames != 30001 || st.NaNs != 1 || (st.Clipped < 3) != f.Float() {
		t.Errorf("stats: got %+v, want 30001 frames, 1 NaN, less than 3 clipped %v", st, f.Float())
	}
}

// TestSinkClips: samples beyond full scale have the largest and smallest codes.
func TestSinkClips(t *testing.T) {
	x := []float32{2, -2, 1, -1, float32(math.NaN()), 0}
	for bits, want := range map[int]string{
		8:  "\xFF\x00\xFF\x00\x80\x80",
		16: "\xFF\x7F\x00\x80\xFF\x7F\x00\x80\x00\x00\x00\x00",
		24: "\xFF\xFF\x7F\x00\x00\x80\xFF\xFF\x7F\x00\x00\x80\x00\x00\x00\x00\x00\x00",
		32: "\xFF\xFF\xFF\x7F\x00\x00\x00\x80\xFF\xFF\xFF\x7F\x00\x00\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00",
	} {
		t.Run(fmt.Sprint(bits), func(t *testing.T) {
			var m memory
			s := sink(t, gowav.NewEncoder(&m, 8000, bits, 1, 1), 6)
			if err := s.Write(x); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(nil); err != nil {
				t.Fatal(err)
			}
			if got := dataOf(t, string(m.b)); string(got) != want {
				t.Errorf("got % x, want % x", got, want)
			}
			if st := s.Stats(); st.Clipped != 3 || st.NaNs != 1 || st.Peak != 2 {
				t.Errorf("stats: got %+v, want 3 clipped, 1 NaN, peak 2", st)
			}
		})
	}
}

// TestSinkWriteAllocates: Write allocates nothing, whatever the length of its block.
func TestSinkWriteAllocates(t *testing.T) {
	for _, f := range allFormats {
		t.Run(f.String(), func(t *testing.T) {
			tag := tagPCM
			if f.Float() {
				tag = tagFloat
			}
			s := sink(t, gowav.NewEncoder(nowhere{}, 22050, 8*f.Bytes(), 2, tag), -1)
			for _, frames := range []int{1, 1000, 100000} {
				x := noise(2 * frames)
				if n := testing.AllocsPerRun(50, func() {
					if err := s.Write(x); err != nil {
						t.Fatal(err)
					}
				}); n != 0 {
					t.Errorf("blocks of %d frames: got %v allocations per block, want 0", frames, n)
				}
			}
		})
	}
}

// TestDecoderOfSink: a Source reads the samples that a Sink writes.
func TestDecoderOfSink(t *testing.T) {
	for _, f := range allFormats {
		t.Run(f.String(), func(t *testing.T) {
			x := noise(3 * 777)
			for i := range x {
				x[i] = float32(int(math.Round(float64(x[i])*100))) / 128 // no -0, which integers do not have
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
			if err != nil {
				t.Errorf("got error %v, want none", err)
			}
			wantSamples(t, got, x)
		})
	}
}

// TestSinkOpenRefuses: Open refuses streams that are not the encoder's, and writes nothing then.
func TestSinkOpenRefuses(t *testing.T) {
	quarter := format(22050, 2)
	quarter.Rate.Den = 4
	for name, c := range map[string]struct {
		format stream.Format
		frames int64
		what   string
	}{
		"other rate":      {format(44100, 2), -1, "encoder"},
		"other channels":  {format(22050, 1), -1, "encoder"},
		"2^30 frames":     {format(22050, 2), 1 << 30, "encoder"},
		"most frames":     {format(22050, 2), math.MaxInt64, "encoder"},
		"rate of 0":       {format(0, 2), -1, "format"},
		"no channels":     {format(22050, 0), -1, "format"},
		"part of a hertz": {quarter, -1, "format"},
	} {
		t.Run(name, func(t *testing.T) {
			var m memory
			s, err := NewSink(encoder(&m, pcm.S16, 2))
			if err != nil {
				t.Fatal(err)
			}
			refused(t, s.Open(c.format, c.frames), c.what)
			if err := s.Write([]float32{0, 0}); err == nil {
				t.Error("Write after a failed Open: got no error, want one")
			}
			if err := s.Close(nil); err != nil {
				t.Errorf("Close after a failed Open: got error %v, want none", err)
			}
			if len(m.b) != 0 {
				t.Errorf("got %d bytes written, want 0", len(m.b))
			}
			// The Sink can be opened still, for the longest file too.
			if err := s.Open(format(22050, 2), (math.MaxUint32-37)/4); err != nil {
				t.Errorf("longest file: got error %v, want none", err)
			}
			if err := s.Open(format(22050, 2), -1); err == nil {
				t.Error("second Open: got no error, want one")
			}
			if err := s.Write([]float32{1, 2, 3}); err == nil {
				t.Error("Write of a frame and a half: got no error, want one")
			}
		})
	}
}

// TestSinkLimit: a block that would make the file too long is refused as a whole, and the file before it is left
// incomplete. Metadata count.
func TestSinkLimit(t *testing.T) {
	for name, meta := range map[string]*gowav.Metadata{"no metadata": nil, "metadata": {Artist: "Bob"}} {
		t.Run(name, func(t *testing.T) {
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
				t.Errorf("Write up to the limit: got error %v, want none", err)
			}
			refused(t, s.Write(make([]float32, 1)), "encoder")
			refused(t, s.Write(make([]float32, 0)), "encoder")
			refused(t, s.Close(nil), "encoder")
			broken(t, string(m.b))
		})
	}
}

// TestSinkWriterFails: the error of the output is returned, by the call in which it happens and by those after it. If
// the header can still be replaced then, the file reads as truncated.
func TestSinkWriterFails(t *testing.T) {
	x := noise(100001)      // odd, in blocks of an even size
	full := 44 + len(x) + 1 // with the pad byte
	for _, patches := range []bool{false, true} {
		for _, limit := range []int{1, 10, 40, 44, 45, 44 + blockBytes, 44 + 70000, full - 1, full, full + 4} {
			t.Run(fmt.Sprintf("%d/patches=%v", limit, patches), func(t *testing.T) {
				m := memory{limit: limit, patches: patches}
				s, err := NewSink(encoder(&m, pcm.U8, 1))
				if err != nil {
					t.Fatal(err)
				}
				said := func(err error) bool { return err != nil && strings.Contains(err.Error(), errFull.Error()) }
				err = s.Open(format(22050, 1), -1)
				if limit < 44 {
					if !said(err) {
						t.Errorf("Open: got error %v, want %q", err, errFull)
					}
					return
				}
				if err != nil {
					t.Fatalf("Open: got error %v, want none", err)
				}
				first := s.Write(x)
				if second := s.Write(x[:1]); first != nil && second != first {
					t.Errorf("second Write: got error %v, want %v again", second, first)
				}
				err = s.Close(nil)
				switch {
				case limit >= full && patches:
					if err != nil {
						t.Errorf("Close: got error %v, want none", err)
					}
				case !said(err) || limit < full && !errors.Is(err, errFull):
					t.Errorf("Close: got error %v, want %q", err, errFull)
				}
				if patches && err != nil {
					broken(t, string(m.b))
				}
			})
		}
	}
	t.Run("pipe", func(t *testing.T) {
		m := memory{noSeek: true}
		s := sink(t, encoder(&m, pcm.S16, 1), 1)
		if err := s.Write(x[:1]); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(nil); !errors.Is(err, errPipe) {
			t.Errorf("Close: got error %v, want %v", err, errPipe)
		}
		if err := sink(t, encoder(&m, pcm.S16, 1), 1).Close(errFull); !errors.Is(err, errPipe) {
			t.Errorf("Close with a cause: got error %v, want %v", err, errPipe)
		}
	})
}

// TestSinkNaN: every NaN reaches the encoder with one bit pattern.
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
				t.Errorf("got % x, want % x", got, want)
			}
		})
	}
}
