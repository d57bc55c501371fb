package pcm

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// wantCode rounds in exact rational arithmetic, and shares no code with the package.
func wantCode(x float32, bits int) (v int64, clipped bool) {
	full := int64(1) << (bits - 1)
	r := new(big.Rat).SetFloat64(float64(x))
	r.Mul(r, new(big.Rat).SetInt64(full))
	// floor(2r) determines the nearest integer. It is a tie if 2r is an odd integer.
	twice := new(big.Rat).Mul(r, big.NewRat(2, 1))
	q, m := new(big.Int).DivMod(twice.Num(), twice.Denom(), new(big.Int))
	down := new(big.Int).Rsh(q, 1)
	n := new(big.Int).Rsh(new(big.Int).Add(q, big.NewInt(1)), 1)
	if m.Sign() == 0 && q.Bit(0) == 1 && n.Bit(0) == 1 {
		n = down
	}
	switch {
	case n.Cmp(big.NewInt(full-1)) > 0:
		return full - 1, true
	case n.Cmp(big.NewInt(-full)) < 0:
		return -full, true
	}
	return n.Int64(), false
}

// TestEncodeRounding compares codes and the count of clipped samples, of Encode and of Quantize, with exact arithmetic.
func TestEncodeRounding(t *testing.T) {
	for _, f := range []Format{U8, S16, S24, S32} {
		t.Run(f.String(), func(t *testing.T) {
			rng := seeded(t)
			bits := 8 * f.Bytes()
			full := math.Ldexp(1, bits-1)
			values := []float32{0, 1, -1, 2, -2, 1e30, -1e30, 1e-40, math.MaxFloat32, 0.1, -0.1}
			for _, k := range []float64{-full, -full + 1, -7, -2, -1, 0, 1, 2, 7, full - 2, full - 1, full} {
				for _, d := range []float64{-0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75} {
					x := float32((k + d) / full)
					values = append(values, x, math.Nextafter32(x, 2), math.Nextafter32(x, -2))
				}
			}
			for range 2000 {
				values = append(values, float32(rng.Float64()*2.2-1.1), float32(rng.NormFloat64()/full))
			}
			e := newEncoder(t, f, 1, false)
			var clips int64
			for _, x := range values {
				want, clipped := wantCode(x, bits)
				if clipped {
					clips++
				}
				if got := code(e.Encode(nil, []float32{x}), f); got != want {
					t.Fatalf("Encode of %v: got code %d, want %d", x, got, want)
				}
				if v, c := Quantize(x, bits); int64(v) != want || c != clipped {
					t.Fatalf("Quantize(%v, %d): got %d, clipped %v; want %d, clipped %v", x, bits, v, c, want, clipped)
				}
				if got := e.Stats().Clipped; got != clips {
					t.Fatalf("clipped samples after %v: got %d, want %d", x, got, clips)
				}
			}
		})
	}
}

// TestEveryCodeSurvives: decoding and encoding again is the identity where decoding is exact.
func TestEveryCodeSurvives(t *testing.T) {
	for _, f := range []Format{U8, S16, S24} {
		t.Run(f.String(), func(t *testing.T) {
			b := f.Bytes()
			src := make([]byte, 0, b<<(8*b))
			for v := range 1 << (8 * b) {
				src = append(src, byte(v), byte(v>>8), byte(v>>16))
				src = src[:len(src)-3+b]
			}
			x := make([]float32, len(src)/b)
			Decode(x, src, f)
			e := newEncoder(t, f, 1, false)
			if d := difference(e.Encode(nil, x), src); d != "" {
				t.Error(d)
			}
			if got, want := e.Stats(), (Stats{Frames: int64(len(x)), Peak: 1}); got != want {
				t.Errorf("stats: got %+v, want %+v", got, want)
			}
		})
	}
}

// TestEncodeFullScale: +1 is above the largest code and clips, -1 is the smallest code.
func TestEncodeFullScale(t *testing.T) {
	for _, c := range []struct {
		x          float32
		code, clip int64
	}{{1, 32767, 1}, {-1, -32768, 0}} {
		t.Run(fmt.Sprint(c.x), func(t *testing.T) {
			e := newEncoder(t, S16, 1, false)
			got, clip := code(e.Encode(nil, []float32{c.x}), S16), e.Stats().Clipped
			if got != c.code || clip != c.clip {
				t.Errorf("got code %d with %d clipped, want %d with %d", got, clip, c.code, c.clip)
			}
		})
	}
}

// TestEncodeNaNAndInf: NaN becomes code 0 or the one NaN pattern. An infinity becomes the nearest code, or stays.
// Dither makes no difference.
func TestEncodeNaNAndInf(t *testing.T) {
	inf := float32(math.Inf(1))
	src := []float32{math.Float32frombits(0xFFC12345), inf, -inf, -0.5}
	integers, floats := Stats{Frames: 2, Clipped: 2, NaNs: 1, Peak: inf}, Stats{Frames: 2, NaNs: 1, Peak: inf}
	for _, c := range []struct {
		f     Format
		codes []int64 // of the first samples, integer formats only
		bytes string  // float formats only
		stats Stats
	}{
		{U8, []int64{0, 127, -128}, "", integers},
		{S16, []int64{0, 32767, -32768}, "", integers},
		{S24, []int64{0, 1<<23 - 1, -1 << 23}, "", integers},
		{S32, []int64{0, 1<<31 - 1, -1 << 31}, "", integers},
		{F32, nil, "\x00\x00\xC0\x7F\x00\x00\x80\x7F\x00\x00\x80\xFF\x00\x00\x00\xBF", floats},
		{F64, nil, "\x00\x00\x00\x00\x00\x00\xF8\x7F\x00\x00\x00\x00\x00\x00\xF0\x7F" +
			"\x00\x00\x00\x00\x00\x00\xF0\xFF\x00\x00\x00\x00\x00\x00\xE0\xBF", floats},
	} {
		for _, dither := range []bool{false, true} {
			t.Run(encoding(c.f, dither), func(t *testing.T) {
				e := newEncoder(t, c.f, 2, dither)
				out := e.Encode(nil, src)
				if c.f.Float() {
					if d := difference(out, []byte(c.bytes)); d != "" {
						t.Error(d)
					}
				}
				for i, want := range c.codes {
					if got := code(out[i*c.f.Bytes():], c.f); got != want {
						t.Errorf("%v: got code %d, want %d", src[i], got, want)
					}
				}
				if got := e.Stats(); got != c.stats {
					t.Errorf("stats: got %+v, want %+v", got, c.stats)
				}
			})
		}
	}
}

// TestEncodeSplits: bytes and counts do not depend on how the stream is split, also inside a frame.
func TestEncodeSplits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(allFormats).Draw(t, "format")
		channels := rapid.IntRange(1, 5).Draw(t, "channels")
		dither := rapid.Bool().Draw(t, "dither")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		x := make([]float32, channels*rapid.IntRange(0, 1500).Draw(t, "frames"))
		for i := range x {
			x[i] = float32(rng.NormFloat64() * 0.7)
			if rng.IntN(50) == 0 {
				x[i] = float32(math.NaN())
			}
		}
		whole, _ := NewEncoder(f, channels, dither)
		parts, _ := NewEncoder(f, channels, dither)
		want := whole.Encode([]byte("prefix"), x)
		got := []byte("prefix")
		for rest := x; len(rest) > 0; {
			n := min(rapid.IntRange(0, 1200).Draw(t, "cut"), len(rest))
			got, rest = parts.Encode(got, rest[:n]), rest[n:]
		}
		if d := difference(got, want); d != "" {
			t.Fatalf("in parts: %s", d)
		}
		if parts.Stats() != whole.Stats() {
			t.Fatalf("stats in parts: got %+v, want %+v", parts.Stats(), whole.Stats())
		}
		if got, want := whole.Stats().Frames, int64(len(x)/channels); got != want {
			t.Fatalf("frames: got %d, want %d", got, want)
		}
	})
}

func TestNewEncoderRejectsNoChannels(t *testing.T) {
	const want = "0 channels: need at least 1"
	if _, err := NewEncoder(S16, 0, false); err == nil || err.Error() != want {
		t.Errorf("got error %v, want %q", err, want)
	}
}

// TestNoAllocations: Encode with enough capacity in dst allocates nothing, nor does Decode.
func TestNoAllocations(t *testing.T) {
	x := make([]float32, 2*4096)
	for _, f := range allFormats {
		for _, dither := range []bool{false, true} {
			t.Run(encoding(f, dither), func(t *testing.T) {
				e := newEncoder(t, f, 2, dither)
				buf := make([]byte, 0, len(x)*f.Bytes())
				if n := testing.AllocsPerRun(20, func() {
					Decode(x, e.Encode(buf, x), f)
				}); n != 0 {
					t.Errorf("got %v allocations per block, want 0", n)
				}
			})
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, f := range allFormats {
		for _, dither := range []bool{false, true} {
			if dither && f.Float() {
				continue
			}
			b.Run(encoding(f, dither), func(b *testing.B) {
				x := benchSignal()
				e := newEncoder(b, f, 2, dither)
				buf := e.Encode(nil, x)
				b.SetBytes(int64(len(buf)))
				for b.Loop() {
					e.Encode(buf[:0], x)
				}
			})
		}
	}
}
