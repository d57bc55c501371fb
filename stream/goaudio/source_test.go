package goaudio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// TestSourceEqualsReader: a Source returns the frames of stream/wav for files of every encoding, through any reader.
// Odd numbers of bytes have pad bytes; 6 channels make the header extensible, for integers and floats.
func TestSourceEqualsReader(t *testing.T) {
	for _, f := range allFormats {
		for _, channels := range []int{1, 2, 3, 6} {
			file := wavFile(t, wav.Options{Encoding: f}, channels, noise(channels*5001))
			want := reference(t, file)
			for name, seeker := range seekers {
				t.Run(fmt.Sprintf("%v/%d/%s", f, channels, name), func(t *testing.T) {
					s := source(t, seeker(file))
					if s.Format() != format(22050, channels) || s.Frames() != 5001 || s.Info().Encoding != f {
						t.Errorf("got %d frames of %v, %v, want 5001 of %v, %v",
							s.Frames(), s.Format(), s.Info().Encoding, format(22050, channels), f)
					}
					for _, block := range []int{1, 999, 10000} {
						got, err := decode(source(t, seeker(file)), block)
						if err != nil {
							t.Errorf("blocks of %d: got error %v, want none", block, err)
						}
						wantSamples(t, got, want)
					}
				})
			}
		}
	}
}

// TestSourceValues compares single bytes with the values that they encode, without the help of stream/wav.
func TestSourceValues(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		name, fmt, data string
		want            []float32
	}{
		{"8 bits", plain(1, 1, 8), "\x00\x80\xFF\x81", []float32{-1, 0, 127. / 128, 1. / 128}},
		{"8 bits, odd", plain(1, 1, 8), "\x00\x80\xFF", []float32{-1, 0, 127. / 128}},
		{"16 bits", plain(1, 2, 16), "\x00\x80\xFF\x7F", []float32{-1, 32767. / 32768}},
		{"24 bits, odd", plain(1, 1, 24), "\x00\x00\x80\x00\x00\x40\x01\x00\x00", []float32{-1, 0.5, 1. / (1 << 23)}},
		{"32 bits", plain(1, 1, 32), "\x00\x00\x00\x80\x00\x00\x00\x40", []float32{-1, 0.5}},
		{"float 32", plain(3, 1, 32), "\x00\x00\x80\x3F\x00\x00\x00\xC0\x00\x00\x80\x7F", []float32{1, -2, inf}},
		{"float 64", plain(3, 1, 64), "\x00\x00\x00\x00\x00\x00\xE0\x3F\x00\x00\x00\x00\x00\x00\xF8\xFF",
			[]float32{0.5, float32(math.NaN())}},
		{"extensible PCM", extensible(1, 1, 16), "\x00\xC0", []float32{-0.5}},
		{"extensible float", extensible(3, 1, 32), "\x00\x00\x00\xBF", []float32{-0.5}},
		{"extensible double", extensible(3, 1, 64), "\x00\x00\x00\x00\x00\x00\xE0\xBF", []float32{-0.5}},
		{"empty, another chunk after it", plain(1, 1, 16), "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			rest := "\x00"[:len(c.data)%2] + "LIST\x04\x00\x00\x00INFO"
			file := riff(c.fmt, int64(len(c.data)), c.data+rest)
			for name, seeker := range seekers {
				t.Run(name, func(t *testing.T) {
					s := source(t, seeker(file))
					checkValues(t, s, c.want, int64(len(c.want)/s.Format().Channels))
				})
			}
		})
	}
}

// checkValues expects a source of a few samples, which messages show in full.
func checkValues(t *testing.T, s *Source, want []float32, frames int64) {
	t.Helper()
	if got := s.Frames(); got != frames {
		t.Errorf("frames: got %d, want %d", got, frames)
	}
	if got, err := decode(s, 7); err != nil || !same(got, want) {
		t.Errorf("got %v, error %v, want %v, no error", got, err, want)
	}
	if got := s.Frames(); got != min(frames, 0) {
		t.Errorf("frames left at the end: got %d, want %d", got, min(frames, 0))
	}
}

// TestSourceUnknownSize: samples whose size is unknown, as in what programs write to pipes, end where the input ends.
func TestSourceUnknownSize(t *testing.T) {
	for _, size := range []int64{0, 0xFFFFFFFF} {
		all := riff(plain(1, 1, 16), size, "\x00\x40\x00\xC0")
		for _, outer := range []int64{0, 0xFFFFFFFF} {
			file := all[:4] + le32(outer) + all[8:]
			for name, seeker := range seekers {
				t.Run(fmt.Sprintf("%#x in %#x/%s", size, outer, name), func(t *testing.T) {
					frames := int64(2) // by the length of the input
					if name == "pipe" || name == "fake seek" {
						frames = -1
					}
					checkValues(t, source(t, seeker(file)), []float32{0.5, -0.5}, frames)
				})
			}
		}
	}
}

// TestSourceRF64 reads files with 64-bit sizes, of two frames and of none, with another chunk after them.
func TestSourceRF64(t *testing.T) {
	for _, data := range []string{"\x00\x40\x00\xC0", ""} {
		n := int64(len(data))
		body := "WAVEds64" + le32(28) + le32(4+36+24+8+n+12) + le32(0) + le32(n) + le32(0) + le32(n/2) + le32(0) + le32(0) +
			"fmt " + le32(16) + plain(1, 1, 16) + "data\xFF\xFF\xFF\xFF" + data + "LIST\x04\x00\x00\x00INFO"
		for name, seeker := range seekers {
			t.Run(fmt.Sprintf("%d/%s", n/2, name), func(t *testing.T) {
				checkValues(t, source(t, seeker("RF64\xFF\xFF\xFF\xFF"+body)), []float32{0.5, -0.5}[:n/2], n/2)
			})
		}
	}
}

// TestSourceTruncated: Read returns the whole frames first, and then an error with the number of frames present and
// announced.
func TestSourceTruncated(t *testing.T) {
	file := wavFile(t, wav.Options{Encoding: allFormats[2]}, 2, noise(2*1000))
	want := reference(t, file)
	for _, cut := range []int{1, 6, 7, 5999} {
		for name, seeker := range seekers {
			t.Run(fmt.Sprintf("%d/%s", cut, name), func(t *testing.T) {
				s := source(t, seeker(file[:len(file)-cut]))
				got, err := decode(s, 64)
				whole := (6000 - cut) / 6
				var e *wav.TruncatedError
				if !errors.As(err, &e) || e.Frames != int64(whole) || e.Want != 1000 || !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("got error %#v, want a *wav.TruncatedError with %d of 1000 frames", err, whole)
				}
				wantSamples(t, got, want[:2*whole])
			})
		}
	}
}

// TestSourceHeaderErrors: an incomplete or unsupported header is an error, which is never io.EOF.
func TestSourceHeaderErrors(t *testing.T) {
	file := riff(plain(1, 1, 16), 4, "\x00\x40\x00\xC0")
	for name, seeker := range seekers {
		t.Run("cut/"+name, func(t *testing.T) {
			for n := range 44 {
				s, err := NewSource(gowav.NewDecoder(seeker(file[:n])))
				if s != nil || err == nil || errors.Is(err, io.EOF) {
					t.Errorf("%d bytes: got source %v, error %v, want none, an error that is not io.EOF", n, s, err)
				}
				if seekable := name == "file" || name == "short"; (seekable || n >= 12) && !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("%d bytes: got error %v, want %v", n, err, io.ErrUnexpectedEOF)
				}
			}
		})
	}
	for name, c := range map[string]struct {
		fmt  string
		want uint16
	}{
		"ADPCM":            {plain(2, 1, 16), 2},
		"GSM":              {plain(0x31, 1, 8), 0x31},
		"extensible GSM":   {extensible(0x31, 1, 8), 0x31},
		"40-bit PCM":       {plain(1, 1, 40), 1},
		"16-bit float":     {plain(3, 1, 16), 3},
		"no tag in GUID":   {extensible(1, 1, 16)[:26] + "0123456789ABCD", 0xFFFE},
		"extensible ADPCM": {extensible(2, 1, 16), 2},
	} {
		t.Run("unsupported/"+name, func(t *testing.T) {
			_, err := NewSource(gowav.NewDecoder(bytes.NewReader([]byte(riff(c.fmt, 4, "abcd")))))
			var u *wav.UnsupportedError
			if !errors.As(err, &u) || u.Tag != c.want {
				t.Errorf("got error %#v, want a *wav.UnsupportedError with tag %#x", err, c.want)
			}
		})
	}
	for name, file := range map[string]string{
		"FLAC":        "fLaC" + file[4:],
		"RIFX":        "RIFX" + file[4:],
		"no channels": riff(plain(1, 0, 16), 4, "abcd"),
		"align":       riff(plain(1, 2, 16)[:12]+le16(5)+le16(16), 4, "abcd"),
	} {
		t.Run("other/"+name, func(t *testing.T) {
			if s, err := NewSource(gowav.NewDecoder(bytes.NewReader([]byte(file)))); err == nil {
				t.Errorf("got a source of %+v, want an error", s.Info())
			}
		})
	}
	t.Run("nil", func(t *testing.T) {
		_, err := NewSource(nil)
		refused(t, err, "decoder")
	})
}

// TestSourceReaderFails: the error of the reader is returned, after the frames before it.
func TestSourceReaderFails(t *testing.T) {
	file := wavFile(t, wav.Options{Encoding: allFormats[1]}, 1, noise(100))
	unplugged := errors.New("cable unplugged")
	failing := func(n int) io.ReadSeeker {
		return pipe{io.MultiReader(bytes.NewReader([]byte(file[:n])), errReader{unplugged}), errPipe}
	}
	t.Run("header", func(t *testing.T) {
		if _, err := NewSource(gowav.NewDecoder(failing(20))); !errors.Is(err, unplugged) {
			t.Errorf("got error %v, want %v", err, unplugged)
		}
	})
	t.Run("data", func(t *testing.T) {
		got, err := decode(source(t, failing(len(file)-100)), 9)
		if !errors.Is(err, unplugged) || len(got) != 50 {
			t.Errorf("got %d samples, error %v, want 50, %v", len(got), err, unplugged)
		}
	})
	t.Run("first byte", func(t *testing.T) {
		_, err := NewSource(gowav.NewDecoder(failing(0)))
		refused(t, err, "decoder")
		if err == nil || !strings.Contains(err.Error(), unplugged.Error()) {
			t.Errorf("got error %v, want %q", err, unplugged)
		}
	})
	t.Run("first byte of a file", func(t *testing.T) {
		_, err := NewSource(gowav.NewDecoder(unreadable{bytes.NewReader([]byte(file)), unplugged}))
		refused(t, err, "decoder")
		if errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("got error %v, want one that is not %v", err, io.ErrUnexpectedEOF)
		}
	})
}

// TestSourceFillsDecoder: the fields of the decoder are those that ReadInfo would have set.
func TestSourceFillsDecoder(t *testing.T) {
	for _, f := range allFormats {
		for _, channels := range []int{2, 6} {
			t.Run(fmt.Sprintf("%v/%d", f, channels), func(t *testing.T) {
				file := []byte(wavFile(t, wav.Options{Encoding: f}, channels, noise(channels)))
				a, b := gowav.NewDecoder(bytes.NewReader(file)), gowav.NewDecoder(bytes.NewReader(file))
				b.ReadInfo()
				if _, err := NewSource(a); err != nil {
					t.Fatal(err)
				}
				fields := func(d *gowav.Decoder) string {
					return fmt.Sprint(d.NumChans, d.BitDepth, d.SampleRate, d.AvgBytesPerSec, d.WavAudioFormat)
				}
				if got, want := fields(a), fields(b); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			})
		}
	}
}

// TestSourceReadAllocates: Read allocates nothing.
func TestSourceReadAllocates(t *testing.T) {
	s := source(t, bytes.NewReader([]byte(wavFile(t, wav.Options{Encoding: pcm.S24}, 2, noise(400000)))))
	p := make([]float32, 2*1000)
	if n := testing.AllocsPerRun(100, func() {
		if k, err := s.Read(p); k == 0 || err != nil {
			t.Fatalf("Read: got %d frames, error %v, want some, no error", k, err)
		}
	}); n != 0 {
		t.Errorf("got %v allocations per block, want 0", n)
	}
}

// TestPipelineAborted: if a truncated source ends a pipeline, the file of the sink is left incomplete.
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
		t.Errorf("got error %#v, want a *wav.TruncatedError with 49999 frames", err)
	}
	broken(t, string(m.b))
}
