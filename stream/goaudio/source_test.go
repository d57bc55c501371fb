package goaudio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"testing"

	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// TestSourceEqualsReader: files of every encoding, read through any reader, give the frames of stream/wav. Odd numbers of
// bytes have pad bytes; 6 channels make the header extensible, for integers and floats.
func TestSourceEqualsReader(t *testing.T) {
	for _, f := range allFormats {
		for _, channels := range []int{1, 2, 3, 6} {
			file := wavFile(t, wav.Options{Encoding: f}, channels, noise(channels*5001))
			want := reference(t, file)
			for name, seeker := range seekers {
				s := source(t, seeker(file))
				if s.Format() != format(22050, channels) || s.Frames() != 5001 || s.Info().Encoding != f {
					t.Errorf("%v: %v, %d frames", f, s.Format(), s.Frames())
				}
				for _, block := range []int{1, 999, 10000} {
					got, err := decode(source(t, seeker(file)), block)
					if err != nil || !same(got, want) {
						t.Errorf("%v, %d channels, %s, blocks of %d: %d samples of %d, %v", f, channels, name, block, len(got), len(want), err)
					}
				}
			}
		}
	}
}

// TestSourceValues pins what single bytes mean, independently of stream/wav.
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
		{"float 64", plain(3, 1, 64), "\x00\x00\x00\x00\x00\x00\xE0\x3F\x00\x00\x00\x00\x00\x00\xF8\xFF", []float32{0.5, float32(math.NaN())}},
		{"extensible PCM", extensible(1, 1, 16), "\x00\xC0", []float32{-0.5}},
		{"extensible float", extensible(3, 1, 32), "\x00\x00\x00\xBF", []float32{-0.5}},
		{"extensible double", extensible(3, 1, 64), "\x00\x00\x00\x00\x00\x00\xE0\xBF", []float32{-0.5}},
		{"empty, another chunk behind", plain(1, 1, 16), "", nil},
	} {
		rest := "\x00"[:len(c.data)%2] + "LIST\x04\x00\x00\x00INFO"
		file := riff(c.fmt, int64(len(c.data)), c.data+rest)
		for name, seeker := range seekers {
			s := source(t, seeker(file))
			got, err := decode(s, 7)
			if err != nil || !same(got, c.want) || s.Frames() != int64(len(c.want)/s.Format().Channels) {
				t.Errorf("%s, %s: %v of %d frames, want %v, %v", c.name, name, got, s.Frames(), c.want, err)
			}
		}
	}
}

// TestSourceUnknownSize: what a program writes to a pipe has no size; the samples are those up to the end.
func TestSourceUnknownSize(t *testing.T) {
	for _, size := range []int64{0, 0xFFFFFFFF} {
		all := riff(plain(1, 1, 16), size, "\x00\x40\x00\xC0")
		for _, outer := range []int64{0, 0xFFFFFFFF} {
			file := all[:4] + le32(outer) + all[8:]
			for name, seeker := range seekers {
				s := source(t, seeker(file))
				got, err := decode(s, 7)
				if err != nil || !same(got, []float32{0.5, -0.5}) || s.Frames() != -1 {
					t.Errorf("size %#x, %s: %v, %d frames, %v", size, name, got, s.Frames(), err)
				}
			}
		}
	}
}

// TestSourceRF64: a file with 64-bit sizes, of two frames and of none, with another chunk behind them.
func TestSourceRF64(t *testing.T) {
	for _, data := range []string{"\x00\x40\x00\xC0", ""} {
		n := int64(len(data))
		body := "WAVEds64" + le32(28) + le32(4+36+24+8+n+12) + le32(0) + le32(n) + le32(0) + le32(n/2) + le32(0) + le32(0) +
			"fmt " + le32(16) + plain(1, 1, 16) + "data\xFF\xFF\xFF\xFF" + data + "LIST\x04\x00\x00\x00INFO"
		for name, seeker := range seekers {
			s := source(t, seeker("RF64\xFF\xFF\xFF\xFF"+body))
			got, err := decode(s, 7)
			if err != nil || !same(got, []float32{0.5, -0.5}[:n/2]) || s.Frames() != n/2 {
				t.Errorf("%s: %v of %d frames, %v", name, got, s.Frames(), err)
			}
		}
	}
}

// TestSourceTruncated: the frames that are there, then an error that says how many are missing.
func TestSourceTruncated(t *testing.T) {
	file := wavFile(t, wav.Options{Encoding: allFormats[2]}, 2, noise(2*1000))
	want := reference(t, file)
	for _, cut := range []int{1, 6, 7, 5999} {
		for name, seeker := range seekers {
			s := source(t, seeker(file[:len(file)-cut]))
			got, err := decode(s, 64)
			whole := (6000 - cut) / 6
			var e *wav.TruncatedError
			if !errors.As(err, &e) || e.Frames != int64(whole) || e.Want != 1000 || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s, %d bytes missing: %v", name, cut, err)
			}
			if !same(got, want[:2*whole]) {
				t.Errorf("%s, %d bytes missing: %d samples", name, cut, len(got))
			}
		}
	}
}

// TestSourceHeaderErrors: nothing that is no audio passes, and no error looks like a regular end.
func TestSourceHeaderErrors(t *testing.T) {
	file := riff(plain(1, 1, 16), 4, "\x00\x40\x00\xC0")
	for n := range 44 {
		for name, seeker := range seekers {
			s, err := NewSource(gowav.NewDecoder(seeker(file[:n])))
			if s != nil || err == nil || errors.Is(err, io.EOF) {
				t.Errorf("%d bytes, %s: %v, %v", n, name, s, err)
			}
			if seekable := name == "file" || name == "short"; (seekable || n >= 12) && !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%d bytes, %s: %v", n, name, err)
			}
		}
	}
	for name, c := range map[string]struct {
		fmt  string
		want uint16
	}{
		"ADPCM":            {plain(2, 1, 16), 2},
		"A-law":            {plain(6, 1, 8), 6},
		"extensible mu":    {extensible(7, 1, 8), 7},
		"40-bit PCM":       {plain(1, 1, 40), 1},
		"16-bit float":     {plain(3, 1, 16), 3},
		"no tag in GUID":   {extensible(1, 1, 16)[:26] + "0123456789ABCD", 0xFFFE},
		"extensible ADPCM": {extensible(2, 1, 16), 2},
	} {
		_, err := NewSource(gowav.NewDecoder(bytes.NewReader([]byte(riff(c.fmt, 4, "abcd")))))
		var u *wav.UnsupportedError
		if !errors.As(err, &u) || u.Tag != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, file := range []string{
		"fLaC" + file[4:], "RIFX" + file[4:], riff(plain(1, 0, 16), 4, "abcd"), riff(plain(1, 2, 16)[:12]+le16(5)+le16(16), 4, "abcd"),
	} {
		if s, err := NewSource(gowav.NewDecoder(bytes.NewReader([]byte(file)))); err == nil {
			t.Errorf("%q: %v", file, s.Info())
		}
	}
	_, err := NewSource(nil)
	refused(t, err, "decoder")
}

// TestSourceReaderFails: the reader's own error comes through.
func TestSourceReaderFails(t *testing.T) {
	file := wavFile(t, wav.Options{Encoding: allFormats[1]}, 1, noise(100))
	broken := errors.New("cable unplugged")
	failing := func(n int) io.ReadSeeker {
		return pipe{io.MultiReader(bytes.NewReader([]byte(file[:n])), errReader{broken}), errPipe}
	}
	if _, err := NewSource(gowav.NewDecoder(failing(20))); !errors.Is(err, broken) {
		t.Errorf("in the header: %v", err)
	}
	got, err := decode(source(t, failing(len(file)-100)), 9)
	if !errors.Is(err, broken) || len(got) != 50 {
		t.Errorf("in the data: %d samples, %v", len(got), err)
	}
	_, err = NewSource(gowav.NewDecoder(failing(0)))
	refused(t, err, "decoder")
	if err == nil || !bytes.Contains([]byte(err.Error()), []byte(broken.Error())) {
		t.Errorf("at once: %v", err)
	}
	_, err = NewSource(gowav.NewDecoder(unreadable{bytes.NewReader([]byte(file)), broken}))
	if refused(t, err, "decoder"); errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a long file: %v", err)
	}
}

// TestSourceFillsDecoder: the decoder knows what ReadInfo would have told it.
func TestSourceFillsDecoder(t *testing.T) {
	for _, f := range allFormats {
		for _, channels := range []int{2, 6} {
			file := wavFile(t, wav.Options{Encoding: f}, channels, noise(channels))
			a, b := gowav.NewDecoder(bytes.NewReader([]byte(file))), gowav.NewDecoder(bytes.NewReader([]byte(file)))
			b.ReadInfo()
			if _, err := NewSource(a); err != nil {
				t.Fatal(err)
			}
			fields := func(d *gowav.Decoder) string {
				return fmt.Sprint(d.NumChans, d.BitDepth, d.SampleRate, d.AvgBytesPerSec, d.WavAudioFormat)
			}
			if fields(a) != fields(b) {
				t.Errorf("%v: %s, want %s", f, fields(a), fields(b))
			}
		}
	}
}

// TestSourceReadAllocates nothing.
func TestSourceReadAllocates(t *testing.T) {
	s := source(t, bytes.NewReader([]byte(wavFile(t, wav.Options{Encoding: pcm.S24}, 2, noise(400000)))))
	p := make([]float32, 2*1000)
	if n := testing.AllocsPerRun(100, func() {
		if k, err := s.Read(p); k == 0 || err != nil {
			t.Fatal(k, err)
		}
	}); n != 0 {
		t.Errorf("%v allocations per block", n)
	}
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
