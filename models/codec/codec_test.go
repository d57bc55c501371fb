package codec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/models/lyra"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/testdata/reference"
)

// weights returns the codec of the reference data.
func weights(t testing.TB) *lyra.Codec {
	t.Helper()
	c, err := lyra.Open(reference.File(t, "weights", "lyra-1.2.0"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// encoded returns the .lyra file of noise.
func encoded(t testing.TB, c *lyra.Codec, rate, channels, frames int, o EncodeOptions) []byte {
	t.Helper()
	f := stream.Format{Rate: stream.Hz(rate), Channels: channels}
	x := dsptest.Noise[float32](1, frames*channels)
	e, err := Encode(c, stream.FromSlice(f, x), o)
	if err != nil {
		t.Fatal(err)
	}
	if got := stream.FramesOf(e.Source); got != int64(frames) {
		t.Errorf("encode: got a source of %d frames, want %d", got, frames)
	}
	var file bytes.Buffer
	e.Sink = e.NewWriter(&file)
	if _, err := e.Run(t.Context()); err != nil {
		t.Fatalf("encode: got error %v, want none", err)
	}
	if e.Frames() != int64(frames) || e.Bytes() != int64(file.Len()) {
		t.Errorf("encode: got %d frames and %d bytes, want %d and %d", e.Frames(), e.Bytes(), frames, file.Len())
	}
	return file.Bytes()
}

// decoded returns the sound of a .lyra file and what was wrong with it.
func decoded(t testing.TB, c *lyra.Codec, file io.Reader, o DecodeOptions) (*stream.Buffer, error) {
	t.Helper()
	r, err := NewReader(file, c)
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.Decode(o)
	if err != nil {
		t.Fatal(err)
	}
	b := new(stream.Buffer)
	p.Sink = b
	stats, err := p.Run(t.Context())
	if err != nil {
		t.Fatalf("decode: got error %v, want none", err)
	}
	if n := int64(len(b.Samples)); stats.FramesOut != n {
		t.Errorf("statistics: got %d frames out, want the %d that the sink got", stats.FramesOut, n)
	}
	return b, r.Err()
}

// TestRoundTrip: sound of any rate and length becomes a file, and the file becomes sound of that length, with the same
// bits for any number of hops at a time, from a file and from a pipe.
func TestRoundTrip(t *testing.T) {
	c := weights(t)
	for _, r := range []struct{ rate, channels, frames, out, want int }{
		{16000, 1, 0, 16000, 0}, {16000, 1, 1, 16000, 1}, {16000, 1, 320, 16000, 320}, {16000, 1, 321, 16000, 321},
		{22050, 2, 5000, 16000, 3629}, {8000, 1, 8001, 48000, 48006}, {16000, 1, 16001, 44100, 44103},
	} {
		t.Run(fmt.Sprintf("%d frames at %d to %d Hz", r.frames, r.rate, r.out), func(t *testing.T) {
			file := encoded(t, c, r.rate, r.channels, r.frames, EncodeOptions{Bitrate: 6000})
			if one := encoded(t, c, r.rate, r.channels, r.frames, EncodeOptions{Bitrate: 6000, Hops: 1}); !bytes.Equal(one, file) {
				t.Error("file: got other bytes for a hop at a time")
			}
			got, err := decoded(t, c, bytes.NewReader(file), DecodeOptions{Rate: r.out})
			want := stream.Format{Rate: stream.Hz(r.out), Channels: 1}
			if err != nil || len(got.Samples) != r.want || got.Format != want {
				t.Errorf("got %d samples of %v and error %v, want %d of %v", len(got.Samples), got.Format, err, r.want, want)
			}
			pipe, err := decoded(t, c, io.MultiReader(bytes.NewReader(file)), DecodeOptions{Rate: r.out, Hops: 1})
			if err != nil || !slices.Equal(pipe.Samples, got.Samples) {
				t.Errorf("from a pipe: got %d samples and error %v, want those from a file", len(pipe.Samples), err)
			}
		})
	}
}

// TestPulled: stream.Pull returns the same samples as a pipeline.
func TestPulled(t *testing.T) {
	c := weights(t)
	file := encoded(t, c, 16000, 1, 1001, EncodeOptions{Bitrate: 3200})
	for name, r := range map[string]io.Reader{"file": bytes.NewReader(file), "pipe": io.MultiReader(bytes.NewReader(file))} {
		t.Run(name, func(t *testing.T) {
			want, err := decoded(t, c, bytes.NewReader(file), DecodeOptions{Rate: 22050})
			if err != nil {
				t.Fatal(err)
			}
			reader, err := NewReader(r, c)
			if err != nil {
				t.Fatal(err)
			}
			p, err := reader.Decode(DecodeOptions{Rate: 22050})
			if err != nil {
				t.Fatal(err)
			}
			puller, err := stream.Pull(p.Source, p.Stages...)
			if err != nil {
				t.Fatal(err)
			}
			defer puller.Close()
			if n, known := puller.Frames(), name == "file"; known != (n == int64(len(want.Samples))) || !known && n != -1 {
				t.Errorf("frames: got %d, want %d if they are known", n, len(want.Samples))
			}
			got, err := stream.ReadAll(t.Context(), puller)
			if err != nil || !slices.Equal(got.Samples, want.Samples) {
				t.Errorf("got %d samples and error %v, want the %d of the pipeline", len(got.Samples), err, len(want.Samples))
			}
		})
	}
}

// TestKnownLength: the length of a file that can seek is known from the start, that of a pipe is not.
func TestKnownLength(t *testing.T) {
	c := weights(t)
	file := encoded(t, c, 16000, 1, 1000, EncodeOptions{Bitrate: 3200})
	for name, row := range map[string]struct {
		r    io.Reader
		want int64
	}{
		"file": {bytes.NewReader(file), 4}, "pipe": {io.MultiReader(bytes.NewReader(file)), -1},
		"cut": {bytes.NewReader(file[:len(file)-1]), -1},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := NewReader(row.r, c)
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Frames(); got != row.want {
				t.Errorf("got %d frames, want %d", got, row.want)
			}
			if n, err := r.Read(make([]float32, lyra.Latents)); n != 1 || err != nil || r.Frames() != max(-1, row.want-1) {
				t.Errorf("after a read of %d frames, error %v: got %d frames left, want %d", n, err, r.Frames(), max(-1, row.want-1))
			}
			if _, err := r.Decode(DecodeOptions{}); !errors.As(err, new(*dsp.ArgError)) {
				t.Errorf("Decode after Read: got error %v, want a *dsp.ArgError", err)
			}
			if _, err := stream.ReadAll(t.Context(), r); err != nil || r.Frames() != min(0, row.want) {
				t.Errorf("at the end: got error %v and %d frames left, want none and %d", err, r.Frames(), min(0, row.want))
			}
		})
	}
}

// TestDamage: a damaged second is silent, a truncated file ends early, and Err reports both after everything else has
// been decoded.
func TestDamage(t *testing.T) {
	c := weights(t)
	const second = 1 + 50*8 + 4
	whole := encoded(t, c, 16000, 1, 3*16000, EncodeOptions{Bitrate: 3200})
	clean, err := decoded(t, c, bytes.NewReader(whole), DecodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	damage := func(at ...int) []byte {
		file := bytes.Clone(whole)
		for _, i := range at {
			file[i] ^= 0x55
		}
		return file
	}
	for name, row := range map[string]struct {
		file   []byte
		frames int
		same   int // samples at the start that equal those of the whole file
		want   []string
	}{
		"the second": {damage(20 + second + 9), 48000, 16000, []string{
			"the second that starts at 1 s is damaged: its checksum does not match; " +
				"the damaged second is silent, everything else has been decoded: get another copy of the file",
		}},
		"two seconds": {damage(20+9, 20+second+9), 48000, 0, []string{
			"2 seconds are damaged, the first of them starts at 0 s: their checksums do not match; " +
				"the damaged seconds are silent, everything else has been decoded",
		}},
		"no trailer": {whole[:len(whole)-13], 48000, 48000, []string{
			"truncated: ends after 3.00 s, without its trailer; everything readable has been decoded",
		}},
		"half a second": {whole[:20+second+200], 16000, 16000, []string{
			"truncated: ends inside the second that starts at 1 s; everything readable has been decoded",
		}},
		"a second lost, and as many bytes inserted": {
			slices.Concat(whole[:20+second], whole[20+2*second:20+3*second], make([]byte, second), whole[20+3*second:]),
			48000, 16000, []string{"silent, everything else has been decoded"},
		},
		"a second twice, and as many bytes lost": {
			slices.Concat(whole[:20+second], whole[20:20+second], whole[20+second:20+2*second], whole[20+3*second:]),
			48000, 16000, nil,
		},
		"a trailer of another file": {
			slices.Concat(whole[:20+second], encoded(t, c, 16000, 1, 2*16000, EncodeOptions{Bitrate: 3200})[20+second:]),
			32000, 16000, nil,
		},
		"damage and end": {damage(20 + 9)[:20+second], 16000, 0, []string{"; ", "the damaged second is silent, everything else has been decoded"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decoded(t, c, bytes.NewReader(row.file), DecodeOptions{})
			if len(got.Samples) != row.frames {
				t.Fatalf("got %d samples, want %d", len(got.Samples), row.frames)
			}
			if !slices.Equal(got.Samples[:row.same], clean.Samples[:row.same]) {
				t.Errorf("got other samples among the first %d, want those of the undamaged file", row.same)
			}
			if name == "the second" {
				// The networks remember some hops, so silence and sound begin a little later.
				loud, silent := power(clean.Samples[20000:32000]), power(got.Samples[20000:32000])
				if !(silent < loud/1000) {
					t.Errorf("power of the damaged second: got %g, want less than a thousandth of %g", silent, loud)
				}
				if after, want := power(got.Samples[36000:48000]), power(clean.Samples[36000:48000]); !(after > want/2) {
					t.Errorf("power of the second after it: got %g, want about %g", after, want)
				}
			}
			if (err != nil) != (row.want != nil) {
				t.Errorf("got error %v, want one: %v", err, row.want != nil)
			}
			for _, part := range row.want {
				if err == nil || !strings.Contains(err.Error(), part) {
					t.Errorf("got error %v, want %q in it", err, part)
				}
			}
		})
	}
}

// power returns the mean square of samples.
func power(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(float64(v) * float64(v))
	}
	return sum / float64(len(x))
}

// TestErrors: a source that cannot be encoded is an error before it is read.
func TestErrors(t *testing.T) {
	c := weights(t)
	half, err := stream.NewRate(33333, 2)
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		rate stream.Rate
		o    EncodeOptions
		want string
	}{
		"fraction": {half, EncodeOptions{Bitrate: 3200}, "sample rate is 33333/2 Hz, must be a whole number of Hz from 1000 to 768000"},
		"too slow": {stream.Hz(999), EncodeOptions{Bitrate: 3200}, "sample rate is 999 Hz, must be a whole number of Hz from 1000 to 768000"},
		"bit rate": {stream.Hz(16000), EncodeOptions{Bitrate: 64000}, "bitrate is 64000, must be 3200, 6000 or 9200"},
		"hops":     {stream.Hz(16000), EncodeOptions{Bitrate: 3200, Hops: -1}, "hops at a time is -1, must be at least 0"},
		"none":     {stream.Hz(16000), EncodeOptions{}, "bitrate is 0, must be 3200, 6000 or 9200"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Encode(c, stream.FromSlice(stream.Format{Rate: row.rate, Channels: 1}, nil), row.o)
			if !errors.As(err, new(*dsp.ArgError)) || err.Error() != row.want {
				t.Errorf("got error %v, want a *dsp.ArgError %q", err, row.want)
			}
		})
	}
}
