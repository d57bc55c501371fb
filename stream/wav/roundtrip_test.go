package wav

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	goaudio "github.com/go-audio/audio"
	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestRoundTrip: raw bytes are read back unchanged, and so are decoded and encoded bytes if float32 holds their values.
func TestRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, f := range allFormats {
		for channels := 1; channels <= 9; channels++ {
			raw := make([]byte, channels*f.Bytes()*501)
			for i := range raw {
				raw[i] = byte(rng.Uint32())
			}
			exact := f <= pcm.S24 || f.Float()
			if f.Float() { // no NaN, because its payload is not kept, and only float64 values that float32 holds
				e, _ := pcm.NewEncoder(f, channels, false)
				raw = e.Encode(nil, append(signal(channels*500, false), make([]float32, channels)...))
			}
			for _, decoded := range []bool{false, true} {
				if decoded && !exact {
					continue
				}
				for _, seekable := range []bool{false, true} {
					t.Run(fmt.Sprintf("%v/%d/decoded=%v/seekable=%v", f, channels, decoded, seekable), func(t *testing.T) {
						checkRoundTrip(t, f, channels, raw, decoded, seekable)
					})
				}
			}
		}
	}
}

// checkRoundTrip writes raw, or the samples decoded from it, and expects to read the same bytes.
func checkRoundTrip(t *testing.T, f pcm.Format, channels int, raw []byte, decoded, seekable bool) {
	t.Helper()
	var m memory
	var out io.Writer = &m
	if !seekable {
		out = onlyWriter{&m}
	}
	w := NewWriter(out, Options{Encoding: f})
	err := w.Open(format(44100, channels), -1)
	if err != nil {
		t.Fatal(err)
	}
	if decoded {
		x := make([]float32, len(raw)/f.Bytes())
		pcm.Decode(x, raw, f)
		err = w.Write(x)
	} else {
		err = w.WriteRaw(raw)
	}
	if err := errors.Join(err, w.Close(nil)); err != nil {
		t.Fatal(err)
	}
	r := open(t, string(m.b))
	got, err := readRaw(r, 77)
	if err != nil {
		t.Errorf("got error %v, want none", err)
	}
	wantBytes(t, got, raw)
	if i := r.Info(); i.Encoding != f || i.Channels != channels || i.Rate != 44100 || i.Bits != 8*f.Bytes() {
		t.Errorf("info: got %+v, want %v, %d bits, %d channels, 44100 Hz", i, f, 8*f.Bytes(), channels)
	}
}

// TestFloatSpecials: float encodings keep infinities, -0 and subnormal numbers, and NaN is read as NaN.
func TestFloatSpecials(t *testing.T) {
	inf := float32(math.Inf(1))
	x := []float32{inf, -inf, float32(math.NaN()), 3, float32(math.Copysign(0, -1)), 1e-45}
	for _, f := range []pcm.Format{pcm.F32, pcm.F64} {
		t.Run(f.String(), func(t *testing.T) {
			var m memory
			w := write(t, &m, Options{Encoding: f}, format(8000, 1), -1, x)
			got, err := readFloat(open(t, string(m.b)), 4)
			if err != nil || !slices.EqualFunc(got, x, func(a, b float32) bool {
				return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
			}) {
				t.Errorf("got %v, error %v, want %v, no error", got, err, x)
			}
			if s := w.Stats(); s.NaNs != 1 || s.Clipped != 0 || s.Peak != inf {
				t.Errorf("got stats %+v, want 1 NaN, 0 clipped, peak %v", s, inf)
			}
		})
	}
}

// value returns the value of integer code v in a go-audio buffer.
func value(v, bits int) float32 {
	if bits == 8 {
		v -= 128
	}
	return float32(math.Ldexp(float64(v), 1-bits))
}

// TestGoAudioReadsOurs: the decoder of go-audio reads the samples of files written here.
func TestGoAudioReadsOurs(t *testing.T) {
	for _, f := range []pcm.Format{pcm.U8, pcm.S16, pcm.S24, pcm.S32} {
		for _, channels := range []int{1, 2, 6} {
			t.Run(fmt.Sprintf("%v/%d", f, channels), func(t *testing.T) {
				x := signal(channels*1000, false)
				var m memory
				write(t, &m, Options{Encoding: f}, format(22050, channels), -1, x)
				ours, err := readFloat(open(t, string(m.b)), 100)
				if err != nil {
					t.Fatal(err)
				}
				d := gowav.NewDecoder(bytes.NewReader(m.b))
				buf, err := d.FullPCMBuffer()
				if err != nil {
					t.Fatalf("go-audio: got error %v, want none", err)
				}
				bits := 8 * f.Bytes()
				if int(d.BitDepth) != bits || int(d.NumChans) != channels || d.SampleRate != 22050 {
					t.Errorf("go-audio: got %d bits, %d channels, %d Hz, want %d, %d, 22050",
						d.BitDepth, d.NumChans, d.SampleRate, bits, channels)
				}
				theirs := make([]float32, len(buf.Data))
				for i, v := range buf.Data {
					theirs[i] = value(v, bits)
				}
				wantSamples(t, theirs, ours)
			})
		}
	}
}

// TestWeReadGoAudio reads files of go-audio's encoder. The number of samples is even, since it writes no pad byte.
func TestWeReadGoAudio(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for _, bits := range []int{8, 16, 24, 32} {
		t.Run(fmt.Sprint(bits), func(t *testing.T) {
			var m memory
			enc := gowav.NewEncoder(&m, 22050, bits, 2, 1)
			buf := &goaudio.IntBuffer{Format: &goaudio.Format{NumChannels: 2, SampleRate: 22050}, SourceBitDepth: bits}
			var want []float32
			for range 2 * 1000 {
				v := int(int32(rng.Uint32()) >> (32 - bits))
				if bits == 8 {
					v += 128
				}
				buf.Data = append(buf.Data, v)
				want = append(want, value(v, bits))
			}
			if err := errors.Join(enc.Write(buf), enc.Close()); err != nil {
				t.Fatal(err)
			}
			r := open(t, string(m.b))
			got, err := readFloat(r, 33)
			if err != nil || r.Info().Frames != 1000 {
				t.Errorf("got %d frames, error %v, want 1000, no error", r.Info().Frames, err)
			}
			wantSamples(t, got, want)
		})
	}
}
