package wav

import (
	"bytes"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	goaudio "github.com/go-audio/audio"
	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestRoundTrip: bytes read by ReadRaw, or decoded and encoded again where float32 holds them, come back as they were.
func TestRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, f := range allFormats {
		for channels := 1; channels <= 9; channels++ {
			raw := make([]byte, channels*f.Bytes()*501)
			for i := range raw {
				raw[i] = byte(rng.Uint32())
			}
			exact := f <= pcm.S24 || f.Float()
			if f.Float() { // no NaN, whose payload is not kept, and no float64 that float32 does not hold
				e, _ := pcm.NewEncoder(f, channels, false)
				raw = e.Encode(nil, append(signal(channels*500, false), make([]float32, channels)...))
			}
			for _, decoded := range []bool{false, true} {
				if decoded && !exact {
					continue
				}
				for _, seekable := range []bool{false, true} {
					var m memory
					var out io.Writer = &m
					if !seekable {
						out = onlyWriter{&m}
					}
					w := NewWriter(out, Options{Encoding: f})
					if err := w.Open(format(44100, channels), -1); err != nil {
						t.Fatal(err)
					}
					src := raw
					var err error
					if decoded {
						x := make([]float32, len(raw)/f.Bytes())
						pcm.Decode(x, raw, f)
						err = w.Write(x)
					} else {
						err = w.WriteRaw(src)
					}
					if err != nil {
						t.Fatal(err)
					}
					if err := w.Close(nil); err != nil {
						t.Fatal(err)
					}
					r := open(t, string(m.b))
					got, err := readRaw(r, 77)
					if err != nil || !bytes.Equal(got, raw) {
						t.Errorf("%v, %d channels, decoded %v, seekable %v: bytes differ, %v", f, channels, decoded, seekable, err)
					}
					if i := r.Info(); i.Encoding != f || i.Channels != channels || i.Rate != 44100 || i.Bits != 8*f.Bytes() {
						t.Errorf("%v: %+v", f, i)
					}
				}
			}
		}
	}
}

// TestFloatSpecials: what is no number comes back as no number, infinities as infinities.
func TestFloatSpecials(t *testing.T) {
	inf := float32(math.Inf(1))
	x := []float32{inf, -inf, float32(math.NaN()), 3, float32(math.Copysign(0, -1)), 1e-45}
	for _, f := range []pcm.Format{pcm.F32, pcm.F64} {
		var m memory
		w := write(t, &m, Options{Encoding: f}, format(8000, 1), -1, x)
		got, err := readFloat(open(t, string(m.b)), 4)
		if err != nil || !slices.EqualFunc(got, x, func(a, b float32) bool {
			return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
		}) {
			t.Errorf("%v: %v, %v", f, got, err)
		}
		if s := w.Stats(); s.NaNs != 1 || s.Clipped != 0 || s.Peak != inf {
			t.Errorf("%v: %+v", f, s)
		}
	}
}

// value is what integer code v of a go-audio buffer stands for.
func value(v, bits int) float32 {
	if bits == 8 {
		v -= 128
	}
	return float32(math.Ldexp(float64(v), 1-bits))
}

// TestGoAudioReadsOurs: an independent decoder finds the same samples.
func TestGoAudioReadsOurs(t *testing.T) {
	for _, f := range []pcm.Format{pcm.U8, pcm.S16, pcm.S24, pcm.S32} {
		for _, channels := range []int{1, 2, 6} {
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
				t.Fatal(err)
			}
			bits := 8 * f.Bytes()
			if int(d.BitDepth) != bits || int(d.NumChans) != channels || d.SampleRate != 22050 || len(buf.Data) != len(ours) {
				t.Fatalf("%v: %d bits, %d channels, %d Hz, %d samples", f, d.BitDepth, d.NumChans, d.SampleRate, len(buf.Data))
			}
			for i, v := range buf.Data {
				if value(v, bits) != ours[i] {
					t.Fatalf("%v: sample %d is %v, go-audio has %v", f, i, ours[i], value(v, bits))
				}
			}
		}
	}
}

// TestWeReadGoAudio: files of its encoder. The number of samples is even, for it writes no pad byte.
func TestWeReadGoAudio(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for _, bits := range []int{8, 16, 24, 32} {
		var m memory
		enc := gowav.NewEncoder(&m, 22050, bits, 2, 1)
		buf := &goaudio.IntBuffer{Format: &goaudio.Format{NumChannels: 2, SampleRate: 22050}, SourceBitDepth: bits}
		for range 2 * 1000 {
			v := int(int32(rng.Uint32()) >> (32 - bits))
			if bits == 8 {
				v += 128
			}
			buf.Data = append(buf.Data, v)
		}
		if err := enc.Write(buf); err != nil {
			t.Fatal(err)
		}
		if err := enc.Close(); err != nil {
			t.Fatal(err)
		}
		r := open(t, string(m.b))
		got, err := readFloat(r, 33)
		if err != nil || len(got) != len(buf.Data) || r.Frames() != 1000 {
			t.Fatalf("%d bits: %d samples, %d frames, %v", bits, len(got), r.Frames(), err)
		}
		for i, v := range buf.Data {
			if got[i] != value(v, bits) {
				t.Fatalf("%d bits: sample %d is %v, want %v", bits, i, got[i], value(v, bits))
			}
		}
	}
}
